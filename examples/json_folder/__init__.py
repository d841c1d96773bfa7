"""A repository of your own: everything in a folder of JSON files, one file for each organization.

    python -m examples.json_folder academy        # an organization, in the folder `academy`

A store is three dozen reads and two writes. Here a file is a whole organization, so a batch, which belongs to one
organization, is one new file that takes the place of the old one: all or nothing, whatever fails. For some thousand people
and a POSIX system. What proves it is tests/examples/test_json_folder.py; what is explained is docs/howto/write-an-adapter.md.

- `drawer`: what a file holds, and what a batch makes of it; no file is touched there.
- `disk`: how a drawer comes from the disk and gets there, whatever crashes meanwhile.
- `folder`: the repository, which is the disk and every read.
"""

from __future__ import annotations

from .drawer import Drawer
from .folder import JSONFolder

__all__ = ["Drawer", "JSONFolder"]
