"""The runtime roles: three log-ins that own nothing and can't bypass row-level security."""

import enum

import asyncpg


class RuntimeRole(enum.StrEnum):
    APP = "licorne_app"  # pages and API: one tenant at a time
    INTAKE = "licorne_intake"  # inserts for any tenant, reads nothing but the facts function
    WORKER = "licorne_worker"  # jobs, the audit's sequencer, expiry


async def set_role_passwords(owner_url: str, passwords: dict[RuntimeRole, str]) -> None:
    """Let the runtime roles log in, each with its password.

    The statement can't be parametrised, so PostgreSQL quotes the literal. Passwords are ours
    (random); they pass over the owner's connection once, when an installation is made.
    """
    connection = await asyncpg.connect(owner_url)
    try:
        for role, password in passwords.items():
            statement = await connection.fetchval(
                "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)",
                role.value,
                password,
            )
            await connection.execute(statement)
    finally:
        await connection.close()
