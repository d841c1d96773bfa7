"""Saboteurs: adapters that each break one clause, the way adapters do by mistake, to prove that the kit notices.

    from subaccounts.testing.saboteurs import saboteurs

    for saboteur in saboteurs():
        assert saboteur.breaks in saboteur.report().clauses

A kit that has never rejected anything proves nothing. Each saboteur is a good adapter with one thing wrong, and most
fail the tests of just the clause they break; where another cannot hold either, `also` says which, and why. A clause
is covered when somebody breaks it alone.

None of this belongs in an application. Import it in tests, by its own name.
"""

from __future__ import annotations

from .collection import saboteurs
from .saboteur import Saboteur

__all__ = ["Saboteur", "saboteurs"]
