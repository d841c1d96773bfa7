"""What a page is told, written down a second time by hand: an answer that is changed by mistake shows here."""

from __future__ import annotations

from subaccounts.domain.dialogue import COUNTED, DIALOGUE, Incoming, Standing, Told

GRID = """
                login          proof_right    proof_wrong     claim_right     claim_flawed    claim_wrong     no_seat
account_closed  account_closed account_closed account_closed  account_closed  account_closed  account_closed  account_closed
barred          barred         barred         barred          barred          barred          barred          barred
lapsed          lapsed         lapsed         lapsed          lapsed          lapsed          lapsed          lapsed
archived        archived       archived       archived        archived        archived        archived        archived
disabled        disabled       disabled       disabled        disabled        disabled        disabled        disabled
locked          locked         locked         locked          locked          locked          locked          locked
unknown         wrong_login    wrong_login    wrong_login+    wrong_login     wrong_login     wrong_login+    wrong_login
incomplete      incomplete     incomplete     incomplete      incomplete      incomplete      incomplete      incomplete
no_code         no_code        no_code        no_code         no_code         no_code         no_code         no_code
code_awaited    register       register       code_wrong+     authenticated   register_again  code_wrong+     seats_full
link_awaited    follow_link    register       follow_link     authenticated   register_again  follow_link     seats_full
comes_by_sso    continue_with_sso continue_with_sso continue_with_sso continue_with_sso continue_with_sso continue_with_sso continue_with_sso
open_to_claim   register       register       register        authenticated   register_again  register        seats_full
active          enter_password authenticated  password_wrong+ already_claimed already_claimed already_claimed seats_full
"""
"""Where the login stands, what comes in, what an open door answers; a plus says that it counts as a wrong proof."""


def written() -> dict[tuple[Standing, Incoming], str]:
    """Read the grid."""
    head, *rows = (line.split() for line in GRID.strip("\n").splitlines())
    columns = [Incoming(name) for name in head]
    return {
        (Standing(standing), incoming): cell
        for standing, *cells in rows
        for incoming, cell in zip(columns, cells, strict=True)
    }


def test_the_table_is_the_grid() -> None:
    """Every pair is answered as the grid says."""
    assert {pair: Told(cell.rstrip("+")) for pair, cell in written().items()} == dict(DIALOGUE)


def test_what_counts_is_in_the_grid() -> None:
    """Exactly the pairs with a plus count as a wrong proof."""
    assert {pair for pair, cell in written().items() if cell.endswith("+")} == COUNTED
