"""Flask-Security's login view, through Flask's test client, on SQLAlchemy."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import Security, SQLAlchemyUserDatastore, hash_password
from flask_security.models import fsqla_v3
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, insert

from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.hashing import parameters


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Make a site with these users, known by e-mail; `option` can name `real`."""
    app = Flask(__name__)
    cost = parameters(option)
    app.config.update(
        SECRET_KEY="a key of nobody",
        SECURITY_PASSWORD_SALT="a salt of nobody",
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__rounds": cost["time_cost"],
            "argon2__memory_cost": cost["memory_cost"],
            "argon2__parallelism": cost["parallelism"],
        },
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'flask.db'}",
        WTF_CSRF_ENABLED=False,
    )
    store: Any = SQLAlchemy(app)
    fsqla_v3.FsModels.set_db_info(store)

    class Role(store.Model, fsqla_v3.FsRoleMixin):
        """Be what Flask-Security asks for."""

    class User(store.Model, fsqla_v3.FsUserMixin):
        """Be what Flask-Security asks for."""

    Security(app, SQLAlchemyUserDatastore(store, User, Role))
    with app.app_context():
        event.listen(store.engine, "connect", _set_pragmas)
        store.create_all()
        stored = hash_password(PASSWORD)
        rows = [
            {"email": _email(number), "password": stored, "active": True, "fs_uniquifier": uuid.uuid4().hex}
            for number in range(people)
        ]
        store.session.execute(insert(User), rows)
        store.session.commit()

    def sign_in(whom: list[int]) -> None:
        for number in whom:
            client = app.test_client()
            answer = client.post("/login", json={"email": _email(number), "password": PASSWORD})
            if answer.status_code != 200:
                raise TypeError(f"nobody was signed in: {answer.status_code}")

    return sign_in


def _email(number: int) -> str:
    return f"{login(number)}@example.com"


def _set_pragmas(connection: Any, _: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8000"):
        connection.execute(f"PRAGMA {pragma}")
