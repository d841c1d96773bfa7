"""Lists in Django's admin that are leafed through by key, as the library's own pages are: the next page begins after the
last row of this one.

Django's pages count the rows and skip those before. Of an audit trail with millions of rows either reads all of them; by
key every page costs the same, and a row that comes or goes meanwhile moves no other to a page that was seen already.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AFTER: Final = "after"
"""The parameter of an address that holds the key which a page begins after."""
BEFORE: Final = "before"
"""The parameter that holds the key which a page ends before."""


class LeafedList(ChangeList):
    """Show one page of rows in the order of the admin's `ordering`, which ends with the key and has one direction.

    Only that order has an index; a click on a column's head sorts nothing. IncorrectLookupParameters, with which Django
    shows the first page, is raised for a border that is no key.
    """

    first_page: str | None
    """The address of the first page, None on itself."""
    next_page: str | None
    """The address of the page after this one, None on the last."""
    previous_page: str | None
    """The address of the page before this one, None on the first."""
    result_count: int
    """Rows on this page; how many there are in all is not counted."""
    full_result_count: int
    """The same: Django shows it beside what was filtered."""

    def url_for_result(self, result: Any) -> str:
        """Return the address of a row, by its organization and its id."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=(quote(result.pk),), current_app=self.model_admin.admin_site.name)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        """Return the rows that were searched and filtered for; the border of a page is no filter."""
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        return super().get_queryset(request, exclude_parameters)

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Return the one order there is, whatever is asked for."""
        return list(self._order())

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, and one row more to know whether there is another."""
        after, before = (self._border(request.GET.get(name)) for name in (AFTER, BEFORE))
        rows, more = self._read(before, back=True) if before else self._read(after)
        if before and not more:  # what stood before has become less than a page: that is the first one
            after = before = None
            rows, more = self._read(None)
        self.first_page = self.get_query_string() if after or before else None
        self.next_page = self._leading(AFTER, rows[-1:]) if more or before else None
        self.previous_page = self._leading(BEFORE, rows[:1]) if after or before else None
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.show_admin_actions = False
        self.can_show_all = self.multi_page = False

    def _read(self, border: tuple[str, ...] | None, *, back: bool = False) -> tuple[list[Any], bool]:
        """Return a page after a border, or before it, and whether there are rows beyond it."""
        names, down = self._names(), self._order()[0].startswith("-") is not back
        found = self.queryset.order_by(*(f"-{name}" if down else name for name in names))
        if border is not None:
            beyond = (LessThan if down else GreaterThan)(_row(map(F, names)), _row(map(Value, border)))
            found = found.filter(beyond)
        rows = list(found[: self.list_per_page + 1])
        page = rows[: self.list_per_page]
        return page[::-1] if back else page, len(rows) > len(page)

    def _order(self) -> tuple[str, ...]:
        ordering: Any = self.model_admin.ordering
        return tuple(ordering)

    def _names(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("-") for name in self._order())

    def _leading(self, where: str, border: Sequence[Any]) -> str | None:
        """Return the address of the page on one side of a row, None without one."""
        keys = [json.dumps([getattr(row, name) for name in self._names()]) for row in border]
        return self.get_query_string({where: keys[0]}) if keys else None

    def _border(self, told: str | None) -> tuple[str, ...] | None:
        """Return the key that an address holds, None if it holds none."""
        if told is None:
            return None
        try:
            read = json.loads(told)
            key = tuple(each for each in read if isinstance(each, str))
            "".join(key).encode()
        except (ValueError, TypeError, RecursionError) as error:
            raise IncorrectLookupParameters from error
        if not isinstance(read, list) or not len(read) == len(key) == len(self._names()) or "\0" in "".join(key):
            raise IncorrectLookupParameters
        return key


def _row(parts: Iterable[Any]) -> Func:
    """Return some columns, or some values, as one row that a database compares as a whole."""
    return Func(*parts, function="", output_field=TextField())
