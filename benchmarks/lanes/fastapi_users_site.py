"""The login route of fastapi-users, called without a network, on SQLAlchemy and aiosqlite."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.password import PasswordHelper
from fastapi_users_db_sqlalchemy import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from httpx import ASGITransport, AsyncClient
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.hashing import parameters
from benchmarks.lanes.heartbeat import longest_pause


class Base(DeclarativeBase):
    """Be what SQLAlchemy asks for."""


class User(SQLAlchemyBaseUserTableUUID, Base):
    """Be what fastapi-users asks for."""


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], float]:
    """Make an application with these users; `option` can name `real`, and `pause` for how long the loop stood still."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{folder / 'fastapi.db'}")
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    helper = PasswordHelper(PasswordHash((Argon2Hasher(**parameters(option)),)))
    runner = asyncio.Runner()
    runner.run(_fill(engine, people, helper.hash(PASSWORD)))
    client = AsyncClient(transport=ASGITransport(app=_application(engine, helper)), base_url="http://here")

    async def sign_in(number: int) -> None:
        form = {"username": f"{login(number)}@example.com", "password": PASSWORD}
        answer = await client.post("/login", data=form)
        if answer.status_code != 200:
            raise TypeError(f"nobody was signed in: {answer.status_code}")

    async def one_after_the_other(whom: list[int]) -> float:
        began = time.perf_counter()
        for number in whom:
            await sign_in(number)
        return time.perf_counter() - began

    async def pause(whom: list[int]) -> float:
        return await longest_pause([sign_in(number) for number in whom])

    return lambda whom: runner.run(pause(whom) if "pause" in option else one_after_the_other(whom))


async def _fill(engine: AsyncEngine, people: int, stored: str) -> None:
    flags = {"is_active": True, "is_superuser": False, "is_verified": True}
    rows = [
        {"id": uuid.uuid4(), "email": f"{login(number)}@example.com", "hashed_password": stored, **flags}
        for number in range(people)
    ]
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(User), rows)


def _application(engine: AsyncEngine, helper: PasswordHelper) -> FastAPI:
    sessions = async_sessionmaker(engine, expire_on_commit=False)

    class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
        reset_password_token_secret = verification_token_secret = "a key of nobody"

    async def manager() -> AsyncIterator[Any]:
        async with sessions() as session:
            yield Manager(SQLAlchemyUserDatabase(session, User), helper)

    backend = AuthenticationBackend(
        name="jwt",
        transport=BearerTransport(tokenUrl="login"),
        get_strategy=lambda: JWTStrategy(secret="a key of nobody that is long enough", lifetime_seconds=3600),
    )
    application = FastAPI()
    application.include_router(FastAPIUsers(manager, [backend]).get_auth_router(backend))
    return application


def _set_pragmas(connection: Any, _: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8000"):
        connection.execute(f"PRAGMA {pragma}")
