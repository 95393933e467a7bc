"""A member leaves: what ends, what moves, who can read what from then on, and what is on record."""

import asyncio
import time
import uuid
from datetime import timedelta

import asyncpg
import pytest
from tests.edges.office.member_client import COOKIE, MemberClient, member_client
from tests.support.api_world import service_of_a_team, token_for
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.application.governing.authenticate_token import (
    ApiCaller,
    AuthenticateToken,
    TokenRefused,
)
from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.sending.authenticate_submission import (
    AuthenticateSubmission,
    WrongCredentials,
)
from licorne.domain.identity.role import Role
from licorne.store import reader_keys

NUMBER, OTHER = "+12125550123", "+12125550124"


async def let_go(client: MemberClient, leaver: Person, to: str) -> str:
    answer = await client.post(f"/office/members/{leaver.id}/let-go", {"successor": to})
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_within_a_minute_nothing_that_a_member_had_lets_anybody_in(office: OfficeWorld):
    """Threat 24; NPRM 2025 on 45 CFR 164.308: termination ends access."""
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    program = (await keep.add(await world.as_member(ada), "Mail on the laptop")).secret
    token = (await token_for(world, ada)).secret
    mail = AuthenticateSubmission(world.app, world.keyring, world.clock, world.randomness)
    api = AuthenticateToken(world.app, world.keyring, world.clock, world.randomness)
    session = (await world.sign_in(ada)).cookie
    # All three serve, and are in use: nothing that is remembered may outlive the end.
    assert (await mail(ada.email, program, "127.0.0.1")).member == ada.id
    assert isinstance(await api(token, "127.0.0.1"), ApiCaller)
    assert await world.resume(session) is not None
    async with member_client(office, owner) as client, member_client(office, ada) as own:
        headers = {"Cookie": f"{COOKIE}={own.cookie}"}
        async with own.http.stream("GET", "/office/live", headers=headers) as live:
            started = time.monotonic()
            await let_go(client, ada, f"member:{owner.id}")
            async with asyncio.timeout(60):
                heard = [line async for line in live.aiter_lines() if line]
        assert "event: session-over" in heard
        assert (await own.get("/office/mail/inbox")).status_code == 401
    assert await world.resume(session) is None
    with pytest.raises(WrongCredentials):
        await mail(ada.email, program, "127.0.0.1")
    assert isinstance(await api(token, "127.0.0.1"), TokenRefused)
    assert time.monotonic() - started < 60
    # Ended for good: somebody who was refused only for whom it belongs to might come back.
    async with world.owner.before_tenant() as connection:
        for serving in (
            "member_session WHERE member_id = $1",
            "app_password WHERE revoked_at IS NULL AND member_id = $1",
            "api_token WHERE revoked_at IS NULL AND member_id = $1",
        ):
            left = await connection.fetchval(f"SELECT count(*) FROM licorne.{serving}", ada.id)
            assert left == 0, serving


async def test_the_successor_reads_what_was_written_and_the_leavers_key_is_dead(
    office: OfficeWorld,
):
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    await world.reply(ada, sent, "Thank you, doctor.")
    path = f"/office/mail/inbox/{sent.thread}"
    async with member_client(office, owner) as client, member_client(office, bob) as successor:
        assert (await successor.get(path)).status_code == 404
        told = await let_go(client, ada, f"member:{bob.id}")
        assert "2 messages were handed over" in told
        page = (await successor.get(path)).text
        assert "results are in" in page
        assert "Thank you, doctor" in page
        # Whoever let her go may have opened the way, and still reads nothing of it.
        assert (await client.get(path)).status_code == 404
        await world.reply(bob, sent, "One more question.")
        assert "One more question" in (await successor.get(path)).text
    async with world.app.tenant(ada.organization) as connection:
        assert await reader_keys.fetch_current(connection, ada.organization, ada.id) is None
        left = await connection.fetchval(
            "SELECT count(*) FROM private_key_wrap w JOIN reader_key k ON k.id = w.key_id"
            " WHERE k.owner_id = $1",
            ada.id,
        )
    assert left == 0
    tags = await world.audit_tags(ada.organization)
    assert tags.count("member:message:handed_over") == 2
    assert tags.count("member:thread:reassigned") == tags.count("member:member:removed") == 1


async def test_two_threads_with_one_patient_become_one_in_their_order(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    adas = (await world.send(ada, NUMBER, "First, of Ada.")).deliveries[0]
    bobs = (await world.send(bob, NUMBER, "Second, of Bob.")).deliveries[0]
    await world.send(ada, OTHER, "To another patient.")
    async with member_client(office, owner) as client, member_client(office, bob) as successor:
        await let_go(client, ada, f"member:{bob.id}")
        page = (await successor.get(f"/office/mail/inbox/{bobs.thread}")).text
        assert -1 < page.find("First, of Ada") < page.find("Second, of Bob")
        assert (
            "First, of Ada" not in (await successor.get(f"/office/mail/inbox/{adas.thread}")).text
        )
        inbox = (await successor.get("/office/mail/inbox")).text
        assert inbox.count('class="row-link') == 2
        await world.reply(bob, adas, "An answer to Ada’s old text.")
        page = (await successor.get(f"/office/mail/inbox/{bobs.thread}")).text
        assert "An answer to Ada’s old text" in page


async def team_key(office: OfficeWorld, of: Person) -> tuple[uuid.UUID, int]:
    async with office.world.owner.before_tenant() as connection:
        row = await connection.fetchrow(
            "SELECT t.id, c.version FROM licorne.team t JOIN licorne.current_key c"
            " ON c.owner_id = t.id WHERE t.organization_id = $1",
            of.organization,
        )
    return row["id"], row["version"]


async def test_a_team_gets_a_key_that_the_leaver_never_had_and_loses_nothing(
    office: OfficeWorld,
):
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    await service_of_a_team(world, owner, ada, bob)
    team, version = await team_key(office, ada)
    assert version == 1
    async with member_client(office, owner) as client:
        told = await let_go(client, ada, f"team:{team}")
        assert "1 team has a new key" in told
    assert await team_key(office, ada) == (team, 2)
    async with world.owner.before_tenant() as connection:
        holders = await connection.fetch(
            "SELECT k.version, h.owner_id FROM licorne.reader_key k"
            " JOIN licorne.private_key_wrap w ON w.key_id = k.id"
            " JOIN licorne.reader_key h ON h.id = w.wrapper_key_id WHERE k.owner_id = $1"
            " ORDER BY k.version",
            team,
        )
    # The practice's record key holds it, too, so that an officer can let somebody in.
    practice = ada.organization
    assert {tuple(row) for row in holders} == {
        (1, bob.id), (1, practice), (2, bob.id), (2, practice),
    }  # fmt: skip
    assert "member:team:key_renewed" in await world.audit_tags(ada.organization)


async def test_a_team_that_all_have_left_goes_on_with_the_successor(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    await service_of_a_team(world, owner, ada)
    async with member_client(office, owner) as client, member_client(office, bob) as successor:
        await let_go(client, ada, f"member:{bob.id}")
        assert (
            "You and everybody in the team see"
            in (await successor.get("/office/who-sees-what")).text
        )


async def test_who_may_not_lets_nobody_go_and_nobody_is_let_go_to_nowhere(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    audra = await world.add_member("Audra Auditor", Role.AUDITOR)
    charlie = await world.found("Elsewhere", "Charlie Else")
    path = f"/office/members/{ada.id}/let-go"
    for person, status in ((bob, 403), (audra, 403), (charlie, 404)):
        async with member_client(office, person) as client:
            assert (await client.get(path)).status_code == status
            answer = await client.post(path, {"successor": f"member:{bob.id}"})
            assert answer.status_code == status, person.name
    async with member_client(office, grace) as client:
        to_bob = {"successor": f"member:{bob.id}"}
        assert (await client.post(f"/office/members/{owner.id}/let-go", to_bob)).status_code == 404
        for nobody in (
            "", "member:", "x:y", f"member:{ada.id}", f"member:{audra.id}",
            f"member:{charlie.id}", f"team:{ada.id}",
        ):  # fmt: skip
            answer = await client.post(path, {"successor": nobody})
            assert (answer.status_code, "Choose a colleague" in answer.text) == (422, True)
    assert await world.resume((await world.sign_in(ada)).cookie) is not None


async def test_the_last_who_opens_the_practices_copies_stays(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    second = await world.add_member("Oskar Owner", Role.OWNER)
    async with member_client(office, second) as client:
        answer = await client.post(
            f"/office/members/{owner.id}/let-go", {"successor": f"member:{second.id}"}
        )
        assert (answer.status_code, "would be lost" in answer.text) == (422, True)
    assert await world.resume((await world.sign_in(owner)).cookie) is not None


async def test_a_reply_that_was_under_way_goes_to_whom_the_thread_belongs_then(
    office: OfficeWorld,
):
    """What is sealed to a key that ended meanwhile is refused, and sealed anew."""
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    async with world.app.tenant(ada.organization) as connection:
        before = await reader_keys.fetch_current(connection, ada.organization, ada.id)
    assert before is not None
    async with member_client(office, owner) as client:
        await let_go(client, ada, f"member:{bob.id}")
    async with world.owner.before_tenant() as connection:
        with pytest.raises(asyncpg.PostgresError, match="a key was replaced meanwhile"):
            await connection.execute(
                "SELECT licorne.hold_facts("
                "ARRAY[ROW($1::uuid, $2::uuid, $3::uuid)::licorne.accepted_reader],"
                " '{}', '{}')",
                ada.organization,
                ada.id,
                before.key,
            )
    await world.reply(bob, sent, "Came late.")
    world.clock.advance(timedelta(seconds=31))
    async with member_client(office, bob) as successor:
        page = (await successor.get(f"/office/mail/inbox/{sent.thread}")).text
    assert "Came late" in page
