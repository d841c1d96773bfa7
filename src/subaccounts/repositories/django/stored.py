"""What every table of ours is to Django's ORM."""

from __future__ import annotations

from django.db import models


class Stored(models.Model):
    """Be a table; nobody is given a right to it."""

    class Meta:
        abstract: bool = True
        managed: bool = False
        default_permissions: tuple[str, ...] = ()
