"""The yardsticks' own corner on the same PostgreSQL server as the product: same disk, same
settings.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

DATABASE_NAME = "licorne_bench"
_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


class UnsafeServerError(Exception):
    """The server doesn't write durably, so no durable write can be measured on it."""


@dataclass(frozen=True, slots=True)
class YardstickDatabase:
    """Where the yardsticks' tables are: a database of their own, or a schema where none may be
    made.
    """

    url: str
    schema: str
    server_version: str


async def prepare_yardstick_database(product_url: str) -> YardstickDatabase:
    """Make the corner and check that the server means it when it says *committed*.

    Raises:
        UnsafeServerError: fsync, full_page_writes or synchronous_commit is off.
    """
    connection = await asyncpg.connect(product_url)
    try:
        for setting in _MUST_BE_ON:
            value = await connection.fetchval("SELECT current_setting($1)", setting)
            if value != "on":
                raise UnsafeServerError(f"{setting} is {value}; durable figures need it on")
        version = str(await connection.fetchval("SHOW server_version"))
        if not await connection.fetchval(
            "SELECT 1 FROM pg_database WHERE datname = $1", DATABASE_NAME
        ):
            try:
                await connection.execute(f"CREATE DATABASE {DATABASE_NAME}")
            except asyncpg.InsufficientPrivilegeError:
                await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {DATABASE_NAME}")
                return YardstickDatabase(product_url, DATABASE_NAME, version)
    finally:
        await connection.close()
    own_url = urlunsplit(urlsplit(product_url)._replace(path=f"/{DATABASE_NAME}"))
    return YardstickDatabase(own_url, "public", version)
