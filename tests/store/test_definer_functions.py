"""What runs with the schema owner's rights must not be turned against it (threat 12)."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from tests.support.postgres import database

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.store.database import url_for_role
from licorne.store.migrate import migrate
from licorne.store.roles import RuntimeRole, set_role_passwords

TRAP = """
    CREATE FUNCTION pg_temp.trap() RETURNS uuid LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'run as %', current_user;
    END $$;
    CREATE TEMPORARY VIEW member AS SELECT pg_temp.trap() AS organization_id,
        pg_temp.trap() AS id, '\\x00'::bytea AS email_lookup, NULL::timestamptz AS removed_at;
"""


@pytest_asyncio.fixture
async def owner_url(cluster: EmbeddedPostgres) -> AsyncIterator[str]:
    async with database(cluster) as url:
        await migrate(url)  # here and not on a template: a copy has none of the database's grants
        yield url


@pytest_asyncio.fixture
async def app(owner_url: str) -> AsyncIterator[asyncpg.Connection]:
    passwords = dict.fromkeys(RuntimeRole, "a password of the tests")
    await set_role_passwords(owner_url, passwords)
    url = url_for_role(owner_url, RuntimeRole.APP, passwords[RuntimeRole.APP])
    connection = await asyncpg.connect(url, server_settings={"search_path": "licorne"})
    yield connection
    await connection.close()


async def allow_temporary_tables(owner_url: str) -> None:
    """Undo the first of the two defences, so that the second shows."""
    owner = await asyncpg.connect(owner_url)
    name = await owner.fetchval("SELECT quote_ident(current_database())")
    await owner.execute(f"GRANT TEMPORARY ON DATABASE {name} TO licorne_app")
    await owner.close()


@pytest.mark.parametrize("role", list(RuntimeRole))
async def test_no_runtime_role_may_make_temporary_tables(owner_url: str, role: RuntimeRole) -> None:
    owner = await asyncpg.connect(owner_url)
    may = await owner.fetchval(
        "SELECT has_database_privilege($1, current_database(), 'TEMPORARY')", role.value
    )
    await owner.close()
    assert not may


async def test_a_temporary_table_never_stands_in_for_one_of_ours(
    owner_url: str, app: asyncpg.Connection
) -> None:
    await allow_temporary_tables(owner_url)
    await app.execute(TRAP)
    assert await app.fetch("SELECT * FROM find_member('\\x00'::bytea)") == []


async def test_every_function_with_its_owners_rights_looks_in_our_schema_first_and_only(
    app: asyncpg.Connection,
) -> None:
    rows = await app.fetch(
        "SELECT p.proname, p.proconfig FROM pg_proc p WHERE p.prosecdef"
        " AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    assert len(rows) > 15
    wrong = [row["proname"] for row in rows if row["proconfig"] != ["search_path=licorne, pg_temp"]]
    assert wrong == []


CALLERS = {
    "audited_organizations": {"worker"},
    "contact_view": {"app"},
    "current_organization": {"app", "intake", "worker"},
    "due_expiries": {"worker"},
    "find_api_token": {"app"},
    "find_app_password": {"app", "intake"},
    "find_contact_sessions": {"app"},
    "find_contact_passkey": {"app"},
    "find_contacts_by_number": {"app"},
    "find_directory_keys": {"app", "intake", "worker"},
    "find_invitation": {"app"},
    "find_consent_form": {"app"},
    "consent_revoked": {"app", "worker"},
    "find_link": {"app"},
    "find_member": {"app"},
    "find_member_session": {"app"},
    "find_notice_attempt": {"app", "worker"},
    "find_passkey": {"app"},
    "find_texted_contacts": {"app"},
    "find_text_domains": {"app", "intake"},
    "forget_ended": {"worker"},
    "forget_ended_releases": {"worker"},
    "hold_facts": {"app", "intake", "worker"},
    "intake_facts": {"intake"},
    "note_pending_audit": set(),  # a trigger's
    "open_shred_orders": {"worker"},
    "organizations_with_due_records": {"worker"},
    "pending_audit": {"worker"},
    "record_is_due": {"app", "worker"},
    "record_is_held": {"app", "worker"},
    "spend_from_buckets": {"intake"},
    "take_from_bucket": {"app", "intake"},
    "take_quota": {"intake"},
    "team_owner_facts": {"intake"},
    "use_app_passwords": {"intake"},
    "webhooks_behind": {"worker"},
}


async def test_each_function_is_called_by_the_roles_that_need_it_and_by_nobody_else(
    app: asyncpg.Connection,
) -> None:
    rows = await app.fetch(
        "SELECT p.proname, ARRAY(SELECT r.role FROM unnest($1::text[]) AS r (role)"
        "   WHERE has_function_privilege('licorne_' || r.role, p.oid, 'EXECUTE')) AS callers"
        " FROM pg_proc p WHERE p.pronamespace = 'licorne'::regnamespace",
        ["app", "intake", "worker"],
    )
    assert {row["proname"]: set(row["callers"]) for row in rows} == CALLERS
