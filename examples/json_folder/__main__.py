"""Create an organization in a folder and show the file it became: `python -m examples.json_folder academy`."""

from __future__ import annotations

import sys
from pathlib import Path

from subaccounts import CreateOrganization, KeyRing, NobodyPrivileged, OrganizationId, SubAccounts, System, Ungrouped

from .folder import JSONFolder


def main(folder: Path) -> None:
    """Create an organization in a folder and show the file it became."""
    repository = JSONFolder(folder)
    keys = KeyRing.open(folder.with_suffix(".keys"))  # not in the folder: whoever copies the one has not the other
    subs = SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged())
    organization = OrganizationId(value="academy")
    setup = System(name="setup")
    subs.handle(CreateOrganization(actor=setup, id=organization, name="The Academy", ungrouped=Ungrouped.EMPLOYEES))
    print(next(folder.glob("*.json")).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
