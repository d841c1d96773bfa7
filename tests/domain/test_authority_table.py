"""Who may do what, written down a second time by hand: a right that is given or taken by mistake shows here."""

from __future__ import annotations

from subaccounts.domain.authority import AUTHORITY, Action, Who

GRID = """
                      administrator moderator itself system
create_organization   -             -         -      yes
read_organization     yes           yes       -      yes
restore_organization  -             -         -      yes
change_catalog        yes           -         -      yes
read_catalog          yes           yes       -      yes
open_account          yes           -         -      -
close_account         yes           -         -      -
switch_policy         yes           -         -      -
list_accounts         yes           yes       -      yes
add_people            yes           -         -      -
read_person           yes           yes       yes    yes
list_people           yes           yes       -      yes
edit_person           yes           -         yes    -
rename_person         yes           -         -      -
archive_person        yes           -         -      -
restore_person        yes           -         -      -
delete_person         yes           -         -      -
issue_code            yes           -         -      -
void_code             yes           -         -      -
reset_person          yes           -         -      -
unlock_person         yes           -         -      -
change_password       -             -         yes    -
send_activation       yes           -         -      -
change_activation     yes           -         -      yes
change_issuers        yes           -         -      yes
switch_sign_up        yes           -         -      -
link_identity         -             -         yes    -
unlink_identity       yes           -         -      -
change_contact        -             -         yes    -
change_resources      yes           -         -      yes
read_resources        yes           yes       -      yes
change_roster         yes           -         -      yes
read_sight            yes           yes       yes    yes
read_viewers          yes           yes       -      yes
preview_sight         yes           -         -      yes
handle_dead_letters   yes           -         -      yes
read_audit            yes           -         -      yes
follow_events         -             -         -      yes
run_jobs              -             -         -      yes
add_members           yes           -         -      -
answer_invitation     -             -         yes    -
change_groups         yes           -         -      yes
invite_members        yes           -         -      -
leave_group           -             -         yes    -
list_members          yes           yes       -      yes
read_groups           yes           yes       -      yes
read_memberships      yes           yes       yes    yes
remove_members        yes           -         -      -
"""


def written() -> dict[Action, frozenset[Who]]:
    """Read the grid."""
    head, *rows = (line.split() for line in GRID.strip("\n").splitlines())
    names = [Who(name) for name in head]
    return {
        Action(action): frozenset(who for who, may in zip(names, marks, strict=True) if may == "yes")
        for action, *marks in rows
    }


def test_the_table_is_the_grid() -> None:
    """Every action is allowed to exactly those the grid says, and there is no action beside it."""
    assert written() == dict(AUTHORITY)
    assert set(Action) == set(AUTHORITY)
