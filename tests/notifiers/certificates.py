"""Certificates, good and bad, from an authority that lives as long as the tests."""

from __future__ import annotations

import ssl
from functools import cache

import trustme


@cache
def authority() -> trustme.CA:
    """Return the authority."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """Return a client's context that trusts the authority and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)
    return context


def serving(name: str = "localhost", /) -> ssl.SSLContext:
    """Return a server's context with a certificate for a name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(name).configure_cert(context)
    return context
