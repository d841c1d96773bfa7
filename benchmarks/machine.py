"""What the figures were measured on: they mean nothing without it."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = (
    "attrs",
    "cattrs",
    "argon2-cffi",
    "django",
    "flask-security",
    "fastapi-users",
    "sqlalchemy",
    "itsdangerous",
    "pydantic",
    "casbin",
    "django-guardian",
    "psycopg",
)
"""Whose versions matter, ours and the peers'."""


def described() -> str:
    """Return processor, memory, interpreter, SQLite and library versions, as Markdown text."""
    versions = ", ".join(f"{name} {version}" for name in DISTRIBUTIONS if (version := installed(name)))
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {_memory()}; {platform.system()} {platform.release()};"
        f" Python {platform.python_version()}; SQLite {sqlite3.sqlite_version}; {versions}"
    )


def installed(name: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    return _found(Path("/proc/cpuinfo"), r"model name\s*:\s*(.+)") or platform.machine()


def _memory() -> str:
    kib = _found(Path("/proc/meminfo"), r"MemTotal:\s*(\d+)")
    return f"{int(kib) / 1024**2:.0f} GiB" if kib else "memory unknown"


def _found(path: Path, pattern: str) -> str | None:
    found = re.search(pattern, path.read_text(encoding="utf-8")) if path.is_file() else None
    return found.group(1).strip() if found else None
