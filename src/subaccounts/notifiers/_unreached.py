"""Why a provider was not reached, in words for operators: of the error what is ours, and nothing of what was sent."""

from __future__ import annotations

import ssl


def why(error: BaseException, /) -> str:
    """Return the reason: a certificate that was not accepted, a time that ran out, or the kind of the error."""
    seen: BaseException | None = error
    chain: list[BaseException] = []
    while seen is not None and seen not in chain:
        chain.append(seen)
        seen = seen.__cause__ or seen.__context__
    for each in chain:
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"its certificate is not accepted: {each.verify_message}"
    if any(isinstance(each, TimeoutError) for each in chain):
        return "it took too long"
    broken = [each for each in chain if isinstance(each, OSError)]
    return type(broken[-1] if broken else error).__name__
