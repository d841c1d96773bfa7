"""Accounts, people and the audit trail in Django's admin, to look at: nothing is added, changed or deleted there.

What is shown is what `shown` has, and no body of a record; how a list is leafed through is `leafing`. A user needs the
right to view a model, as everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from ...domain.account import AccountState
from ...domain.life import State
from ...domain.login import Login
from ...errors import InvalidValue
from .leafing import LeafedList
from .models import StoredOrganization
from .shown import Account, AuditEvent, Person

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin

MOST_OFFERED: Final = 100
"""Organizations that the filter offers; any other is asked for in the address, as `?organization=`."""


class _Organizations(admin.SimpleListFilter):
    """Keep to one organization."""

    title: Any = "organization"
    parameter_name: str | None = "organization"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the first organizations by id, and the one that is asked for."""
        rows = StoredOrganization.objects.order_by("organization")
        offered = dict(rows.values_list("organization", "name")[:MOST_OFFERED])
        asked = self.value()
        if asked is not None:
            offered.setdefault(asked, asked)
        return list(offered.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows of the one that is asked for."""
        return queryset if self.value() is None else queryset.filter(organization=self.value())


class _States(admin.SimpleListFilter):
    """Keep to one state."""

    title: Any = "state"
    parameter_name: str | None = "state"
    states: type[State | AccountState]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return every state there is."""
        return [(each.value, each.value) for each in self.states]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the rows in the one that is asked for."""
        return queryset if self.value() is None else queryset.filter(state=self.value())


class _AccountStates(_States):
    states = AccountState


class _PeopleStates(_States):
    states = State


class _LookedAt(_Admin):
    """Show rows, and let nobody write them."""

    actions: Any = None
    sortable_by: ClassVar[Any] = ()
    show_full_result_count: ClassVar[bool] = False
    list_per_page: ClassVar[int] = 50
    list_max_show_all: ClassVar[int] = 0
    show_facets: ClassVar[admin.ShowFacets] = admin.ShowFacets.NEVER

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Answer no: people are added by the library's commands."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Answer no."""
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LeafedList]:
        """Return the list whose rows lead to where `get_object` finds them."""
        return LeafedList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row of an organization and an id, None if there is none: an own id alone says not whose."""
        organization, _, own = object_id.rpartition("/")
        return self.get_queryset(request).filter(organization=organization, id=own).first()


@admin.register(Account)
class AccountAdmin(_LookedAt):
    """Show accounts, searched by the beginning of their name, in any usual case, or by the host's id."""

    list_display: Any = ("name", "organization", "system", "host_id", "state", "opened_at")
    list_filter: ClassVar[Any] = (_AccountStates, _Organizations)
    search_fields: ClassVar[Any] = ("name__istartswith", "host_id__exact")
    ordering: ClassVar[Any] = ("organization", "id")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search for all of what is typed, and not word by word: a name begins with several.

        SQLite, and PostgreSQL in a column that is ordered by code point, take small letters for capitals in ASCII alone. So names
        in other letters are asked for as people write them: as typed, small, large, and with the first or each word capitalized.
        """
        typed = search_term.strip()
        if not typed:
            return queryset, False
        found = Q(host_id=typed) | Q(name__istartswith=typed)
        first = typed[0].upper() + typed[1:]
        for each in {typed, first, typed.lower(), typed.upper(), typed.capitalize(), typed.title()}:
            found |= Q(name__startswith=each)
        return queryset.filter(found), False


@admin.register(Person)
class PersonAdmin(_LookedAt):
    """Show people, searched by the beginning of their login or by the whole of their id."""

    list_display: Any = ("login", "organization", "account", "state", "kind", "created_at", "claimed_at")
    list_filter: ClassVar[Any] = (_PeopleStates, _Organizations)
    search_fields: ClassVar[Any] = ("login_key__startswith", "id__exact")
    ordering: ClassVar[Any] = ("organization", "login_key", "id")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as a person signs in: `ANNA` finds `anna`."""
        try:
            term = Login.parse(search_term).key
        except InvalidValue:
            term = search_term
        return super().get_search_results(request, queryset, term)


@admin.register(AuditEvent)
class AuditEventAdmin(_LookedAt):
    """Show the audit trail, the latest first, searched by the id of a person or an account, or by what happened."""

    list_display: Any = ("at", "happening", "organization", "account", "sub_account", "position")
    list_filter: ClassVar[Any] = (_Organizations,)
    search_fields: ClassVar[Any] = ("sub_account__exact", "account__exact", "happening__exact")
    ordering: ClassVar[Any] = ("-organization", "-id")
