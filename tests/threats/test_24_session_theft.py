"""Threat 24: a stolen session dies with its owner's, and taking somebody's access away ends all.

That a cookie from before signing in is dead after it stands in
tests/application/governing/test_sign_in_member.py and .../receiving/test_sign_in.py.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.edges.office.member_client import COOKIE, member_client
from tests.support.office_world import OfficeWorld, office_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.identity.role import Role

PATIENCE = 60.0  # seconds: the promise


@pytest.fixture
async def office(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[OfficeWorld]:
    async with office_world(cluster, tmp_path) as world:
        yield world


async def test_suspending_a_member_ends_every_session_and_every_open_page_of_theirs(
    office: OfficeWorld,
):
    owner = await office.world.found()
    bob = await office.world.add_member("Bob Babbage", Role.MEMBER, owner.organization)
    async with member_client(office, bob) as stolen, member_client(office, owner) as owners:
        assert (await stolen.get("/office/mail/inbox")).status_code == 200
        cookie = {"Cookie": f"{COOKIE}={stolen.cookie}"}
        async with stolen.http.stream("GET", "/office/live", headers=cookie) as page:
            before = time.monotonic()
            done = await owners.post(f"/office/members/{bob.id}", {"act": "suspend"})
            assert done.status_code == 303
            assert (await stolen.get("/office/mail/inbox")).status_code == 401
            assert (await stolen.post("/office/sign-out", token="x")).status_code == 401
            async with asyncio.timeout(PATIENCE):
                heard = [line async for line in page.aiter_lines() if line]
            assert "event: session-over" in heard
            assert time.monotonic() - before < PATIENCE
        # Let act again, they sign in anew: the old cookie stays dead.
        await owners.post(f"/office/members/{bob.id}", {"act": "reinstate"})
        assert (await stolen.get("/office/mail/inbox")).status_code == 401
        async with member_client(office, bob) as again:
            assert (await again.get("/office/mail/inbox")).status_code == 200
