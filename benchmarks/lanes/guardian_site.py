"""django-guardian with its permissions on groups, and the rule around it that it does not know: what is hidden from people
from outside, and that what is in no group is shown to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import django
from django.conf import settings

from benchmarks.lane import login
from benchmarks.portal import Portal

PAGE: Final = 50
AT_ONCE: Final = 5_000


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Make a site; the option is `check` or `page`, then how many groups and resources there are."""
    how, groups, resources = option.split()
    portal = Portal.ordinary(people=people, groups=int(groups), resources=int(resources))
    _configure(folder)
    course = _filled(portal)
    ask = _check if how == "check" else _page

    def run(whom: list[int]) -> None:
        for number in whom:
            ask(portal, course, number % people + 1, number * 31 % len(portal.shown) + 1)

    return run


def _check(portal: Portal, course: Any, person: int, resource: int) -> None:
    from django.contrib.auth.models import User
    from guardian.core import ObjectPermissionChecker

    asked = course.objects.get(pk=resource)
    user = User(pk=person, is_active=True)
    shut = asked.hidden and portal.external(person)
    sees = not shut and (not asked.grouped or ObjectPermissionChecker(user).has_perm("view_course", asked))
    if sees != portal.sees(person, resource):
        raise ValueError(f"another answer about {person} and {resource}")


def _page(portal: Portal, course: Any, person: int, _: int) -> None:
    from django.contrib.auth.models import User
    from django.db.models import Q
    from guardian.shortcuts import get_objects_for_user

    user = User(pk=person, is_active=True)
    shown = get_objects_for_user(user, "view_course", course, accept_global_perms=False)
    seen = course.objects.filter(Q(grouped=False) | Q(pk__in=shown.values("pk")))
    if portal.external(person):
        seen = seen.filter(hidden=False)
    if min(PAGE, len(portal.shown) // 10) > len(seen.order_by("name", "pk")[:PAGE]):
        raise ValueError(f"too little for {person}")


def _filled(portal: Portal) -> Any:
    from django.contrib.auth.models import Group, Permission, User
    from django.contrib.contenttypes.models import ContentType
    from django.core.management import call_command
    from django.db import connection, models
    from guardian.models import GroupObjectPermission

    class Course(models.Model):
        name: Any = models.CharField(max_length=50)
        hidden: Any = models.BooleanField()
        grouped: Any = models.BooleanField()

        class Meta:
            app_label = "guardian"
            indexes = (models.Index(fields=("name", "id"), name="course_by_name"),)

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Course)
    kind = ContentType.objects.create(app_label="guardian", model="course")
    may, _ = Permission.objects.get_or_create(codename="view_course", content_type=kind)
    Group.objects.bulk_create(Group(pk=n, name=f"group {n}") for n in range(1, portal.groups + 1))
    everybody = range(1, len(portal.members) + 1)
    User.objects.bulk_create((User(pk=n, username=login(n)) for n in everybody), batch_size=AT_ONCE)
    belongs = User.groups.through
    pairs = ((n, group) for n, groups in enumerate(portal.members, start=1) for group in groups)
    belongs.objects.bulk_create((belongs(user_id=n, group_id=group) for n, group in pairs), batch_size=AT_ONCE)
    courses = (
        Course(pk=n, name=portal.name(n), hidden=portal.hidden(n), grouped=bool(groups))
        for n, groups in enumerate(portal.shown, start=1)
    )
    Course.objects.bulk_create(courses, batch_size=AT_ONCE)
    given = (
        GroupObjectPermission(permission=may, content_type=kind, object_pk=str(n), group_id=group)
        for n, groups in enumerate(portal.shown, start=1)
        for group in groups
    )
    GroupObjectPermission.objects.bulk_create(given, batch_size=AT_ONCE)
    return Course


def _configure(folder: Path) -> None:
    """Set Django up on a file with the pragmas of the other lanes."""
    pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;"
    settings.configure(
        SECRET_KEY="a key of nobody",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "guardian"],
        AUTHENTICATION_BACKENDS=["guardian.backends.ObjectPermissionBackend"],
        GUARDIAN_MONKEY_PATCH_USER=False,
        ANONYMOUS_USER_NAME=None,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "django.db",
                "OPTIONS": {"init_command": pragmas},
            }
        },
        USE_TZ=True,
    )
    django.setup()
