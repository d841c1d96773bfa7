"""Every value to and from plain data: what JSON can hold. What is written where is the business of who calls.

Two converters, one vocabulary. The public one (`to_plain`, `from_plain`, `dumps`, `loads`) is for hosts: sessions,
queues, receipts; it refuses secrets and password hashes, and keys it does not know. The storage one (`store_dumps`,
`store_loads`) is for repositories: it also writes password hashes, and takes from the defaults what an older row lacks.

Times are ISO 8601 in UTC with microseconds and `Z`, so that they sort as texts; durations are seconds; enums their
values; sets are sorted lists; an organization's id, a phone and a language are one text. A member of a union carries
the name of its class under `type`, so the declared type has to be known: pass `of`. Keys of logins and e-mails are
taken as they are written, never made again: a later version of Unicode must not move a stored key. That makes these
functions the way back of our own data, not the edge where a stranger's text is parsed.

cattrs is loaded at the first use.
"""

from .plain import dumps, from_plain, loads, store_dumps, store_loads, to_plain
from .shapes import read_time, time_text

__all__ = ["dumps", "from_plain", "loads", "read_time", "store_dumps", "store_loads", "time_text", "to_plain"]
