"""Unique keys of any length in a column of 500: what is kept of them, and that no two become one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.identity import Identity
from subaccounts.domain.ids import LONGEST_ID, OrganizationId
from subaccounts.domain.key import Key
from subaccounts.domain.organization import Realm
from subaccounts.domain.sub_account import identity_key
from subaccounts.errors import Taken
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.rows import key_value
from subaccounts.repositories.sqlalchemy.tables import LONGEST_KEY, MOST_KEY_BYTES, unique_keys
from subaccounts.testing import builders as b
from subaccounts.testing import specimens
from subaccounts.testing.strategies import identities
from tests.repositories.sql.shops import each_database, empty

LETTERS = ("x", "\u0436", "\u5b57", "\U0001f98a")
"""Letters of one to four bytes."""
TEXTS = st.one_of(
    st.builds(
        "{}{}".format,
        st.builds(str.__mul__, st.sampled_from(LETTERS), st.integers(360, 505)),
        st.sampled_from(("", "y", "\x1f" + "0" * 64)),
    ),
    st.text(max_size=20),
)


def kept(value: str) -> str:
    """Return what a column keeps of a key's value."""
    return key_value(Key(organization=b.OURS, space="identity", value=value))


@given(value=TEXTS)
def test_it_fits(value: str) -> None:
    """Whatever a key is, it has at most 500 characters, and room in a row of PostgreSQL's index beside its neighbors."""
    found = kept(value)
    assert len(found) <= LONGEST_KEY
    neighbors = 4 * LONGEST_ID + len("external_id") + 3 * 4 + 16
    assert len(found.encode()) + neighbors <= 2704


@given(one=TEXTS, other=TEXTS)
def test_no_two_are_one(one: str, other: str) -> None:
    """Different keys are kept as different texts, and equal ones as equal."""
    assert (one == other) is (kept(one) == kept(other))


@given(one=identities(), other=identities())
def test_two_company_accounts(one: Identity, other: Identity) -> None:
    """What is kept of two company accounts is one text only if they are one account."""
    one_kept, other_kept = (key_value(identity_key(b.account_id(), Realm.ACCOUNT, each)) for each in (one, other))
    assert (one == other) is (one_kept == other_kept)


@given(value=TEXTS)
def test_what_was_kept_is_no_key_that_is_kept_as_it_is(value: str) -> None:
    """What is kept of a long key is long itself: taken for a key, it is kept as something else again."""
    found = kept(value)
    assert found == value or kept(found) != found


def test_a_short_one_is_itself() -> None:
    """What the first release kept is found: a login, a host account, a name of an entry is kept as it is."""
    longest = "\U0001f98a" * 100 + "\x1f" + "\U0001f98a" * 200
    assert longest == kept(longest)
    assert len(longest.encode()) <= MOST_KEY_BYTES


def test_every_space_fits() -> None:
    """No space of a key, and no kind of its holder, is longer than its column."""
    records: list[Record] = [*specimens.sub_accounts(), *specimens.accounts(), *specimens.catalog_entries()]
    spaces = {key.space for record in records for key in record.keys}
    kinds = {record.id.kind for record in records}
    types: list[Any] = [unique_keys.c[name].type for name in ("space", "kind")]
    assert {"identity", "external_id"} < spaces
    assert {20} == {each.impl_instance.length for each in types}
    assert [] == [name for name in spaces | kinds if len(name) > 20]


@each_database
@pytest.mark.parametrize("letter", [LETTERS[0], LETTERS[-1]], ids=["one byte", "four bytes"])
def test_at_the_longest(name: str, letter: str, tmp_path: Path) -> None:
    """Under the longest id an organization can have, the longest keys are held, and taken by nobody else."""
    owner = OrganizationId(value=letter * LONGEST_ID)
    one, other = specimens.long_identities()[-2:]
    repository = SQLAlchemyRepository(empty(name, tmp_path).url)
    people = [b.sub_account(n, of=owner, identities=frozenset({each})) for n, each in ((1, one), (2, other))]
    repository.commit(Batch(organization=owner, puts=(b.organization(owner), b.account(of=owner), *people)))
    held = {key: each.id for each in people for key in each.keys}
    assert held == repository.holders(tuple(held))
    late = Batch(organization=owner, puts=(b.sub_account(3, of=owner, identities=frozenset({other})),))
    with pytest.raises(Taken):
        repository.commit(late)
    repository.close()
