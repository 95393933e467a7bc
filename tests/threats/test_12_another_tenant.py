"""Threat 12: one practice's rows and pages are nothing to another's people, programs and patients.

The office's routes are held in tests/edges/office/test_wire.py, the API's in
tests/edges/api/test_outsiders.py; here are the database itself and the patients' pages.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from litestar import Litestar
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld, pickup_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.message.attachment import Attachment
from licorne.edges.pickup.router import build_router

NUMBER, OTHER_NUMBER = "+12125550151", "+12125550152"
SAME = {"Sec-Fetch-Site": "same-origin"}
# Rows of the installation as a whole, and of the queue, which carries ids only.
OF_NO_TENANT = {
    "installation", "installation_key", "carrier_event", "rate_bucket", "audit_outside",
}  # fmt: skip


@pytest.fixture
async def pickup(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PickupWorld]:
    async with pickup_world(cluster, tmp_path) as world:
        yield world


async def test_without_a_tenant_no_row_is_seen_and_with_one_no_others(pickup: PickupWorld):
    claimed = await pickup.claim(await pickup.send("secret"))
    await pickup.world.sign_in(pickup.member)
    other = await pickup.world.found("Elsewhere Clinic", "Eve Else")
    filled = await counts(pickup.owner, pickup.member.organization)
    assert {"message", "delivery", "key_grant", "contact", "mailbox", "thread", "audit_event",
            "link", "contact_session", "member_session", "private_key_wrap"} <= filled.keys()  # fmt: skip
    assert claimed
    for url in (pickup.world.app_url, pickup.world.worker_url):
        connection = await asyncpg.connect(url, server_settings={"search_path": "licorne"})
        try:
            for table in filled:
                assert not await seen(connection, table, None), table
                assert not await seen(
                    connection, table, other.organization, of=pickup.member.organization
                ), table
            readable = [t for t in filled if await seen(connection, t, pickup.member.organization)]
            assert {"message", "delivery", "contact"} <= set(readable)  # so that it means something
        finally:
            await connection.close()


async def test_no_runtime_role_can_step_around_the_rows_security(pickup: PickupWorld):
    roles = await pickup.owner.fetch(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
        " WHERE rolname IN ('licorne_app', 'licorne_intake', 'licorne_worker')"
    )
    assert len(roles) == 3
    assert not any(any(role[1:]) for role in (tuple(one) for one in roles))
    owned = await pickup.owner.fetchval(
        "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE r.rolname LIKE 'licorne\\_%' AND r.rolname <> 'licorne_owner'"
    )
    assert owned == 0
    unguarded = await pickup.owner.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'"
        " WHERE n.nspname = 'licorne' AND c.relkind = 'r' AND NOT c.relrowsecurity"
    )
    assert {row["relname"] for row in unguarded} <= OF_NO_TENANT
    connection = await asyncpg.connect(
        pickup.world.app_url, server_settings={"search_path": "licorne"}
    )
    try:
        await pickup.send()
        await connection.execute("SET row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT * FROM message")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("ALTER TABLE message DISABLE ROW LEVEL SECURITY")
    finally:
        await connection.close()


async def test_a_row_can_be_changed_or_moved_by_nobody_elses_practice(pickup: PickupWorld):
    await pickup.send()
    ours = pickup.member.organization
    theirs = (await pickup.world.found("Elsewhere Clinic", "Eve Else")).organization
    connection = await asyncpg.connect(
        pickup.world.app_url, server_settings={"search_path": "licorne"}
    )
    try:
        await connection.execute(
            "SELECT set_config('licorne.organization', $1, false)", str(theirs)
        )
        recalled = await connection.execute(
            "UPDATE message SET recalled_at = now() WHERE organization_id = $1", ours
        )
        assert recalled == "UPDATE 0"
        await connection.execute("SELECT set_config('licorne.organization', $1, false)", str(ours))
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute("UPDATE contact SET organization_id = $1", theirs)
    finally:
        await connection.close()
    assert await pickup.owner.fetchval("SELECT count(recalled_at) FROM message") == 0


async def counts(owner: asyncpg.Pool, organization: object) -> dict[str, int]:
    """Count one practice's rows in every table that belongs to practices, the empty ones left out."""
    tables = await owner.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'"
        " WHERE n.nspname = 'licorne' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
    )
    counted = {}
    for (table,) in tables:
        if table not in OF_NO_TENANT:
            counted[table] = await owner.fetchval(
                f'SELECT count(*) FROM "{table}" WHERE organization_id = $1', organization
            )
    return {table: count for table, count in counted.items() if count}


async def seen(
    connection: asyncpg.Connection, table: str, tenant: object, of: object = None
) -> int:
    """Count the rows that a role sees in a table, perhaps only those of one practice."""
    condition = "" if of is None else f" WHERE organization_id = '{of}'"
    async with connection.transaction():
        if tenant is not None:
            await connection.execute(
                "SELECT set_config('licorne.organization', $1, true)", str(tenant)
            )
        try:
            async with connection.transaction():
                counted: int = await connection.fetchval(
                    f'SELECT count(*) FROM "{table}"{condition}'
                )
                return counted
        except asyncpg.InsufficientPrivilegeError:
            return 0


TYPED = {
    "reply": "x",
    "passphrase": "x",
    "texting": "stop",
    "what": "code",
    "for_code": PASSWORD,
    "for_passkey": PASSWORD,
}


async def test_a_patient_of_one_practice_gets_nothing_of_anothers(pickup: PickupWorld):
    """Every route that takes an id, with a live session and somebody else's ids."""
    files = (Attachment("secret.txt", "text/plain", b"secret file"),)
    theirs = await pickup.send(
        "secret text", subject="secret subject", html="<p>secret</p>", attachments=files
    )
    their_delivery = await pickup.delivery(theirs)
    their_claim = await pickup.claim(theirs)
    elsewhere = await pickup.world.found("Elsewhere Clinic", "Eve Else")
    mine = await pickup.claim(await pickup.send("mine", OTHER_NUMBER, by=elsewhere))
    routes = {
        (route.path, method)
        for route in Litestar([build_router(pickup.use)], openapi_config=None).routes
        for method in getattr(route, "methods", ())
        if "{mailbox" in route.path and method in {"GET", "POST"}
    }
    assert len(routes) >= 10
    async with pickup.serving() as url, httpx.AsyncClient(base_url=url) as client:
        token = await csrf_token(client, mine.cookie, f"/m/{mine.mailbox}")
        for shape, method in sorted(routes):
            for mailbox in (their_claim.mailbox, mine.mailbox):
                if mailbox == mine.mailbox and "{delivery" not in shape:
                    continue
                path = (
                    shape.replace("{mailbox:uuid}", str(mailbox))
                    .replace("{delivery:uuid}", str(their_delivery))
                    .replace("{part:int}", "1")
                )
                answer = await client.request(
                    method,
                    path,
                    headers={"Cookie": f"{COOKIE}={mine.cookie}", **SAME},
                    data={"csrf_token": token, **TYPED} if method == "POST" else None,
                )
                assert "secret" not in answer.text, (method, path)
                assert answer.status_code in {303, 401, 404} or "sent" in path, (method, path)
    stopped = "SELECT count(opted_out_at) FROM contact WHERE organization_id = $1"
    assert await pickup.owner.fetchval(stopped, pickup.member.organization) == 0
    assert await pickup.owner.fetchval("SELECT count(*) FROM message") == 2  # no reply came through


async def csrf_token(client: httpx.AsyncClient, cookie: str, path: str) -> str:
    page = await client.get(path, headers={"Cookie": f"{COOKIE}={cookie}"})
    return page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
