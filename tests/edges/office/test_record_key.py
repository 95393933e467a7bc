"""The record key and its officers: alone in a solo practice, by two elsewhere, and the paper kit.

Threat 13: one approval is not enough, and neither is anything that one officer has.
"""

import re
import uuid
from datetime import timedelta

import asyncpg
import pytest
from tests.edges.office.member_client import MemberClient, member_client
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import PASSWORD, Person

from licorne.domain.identity.role import Role
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import reader_keys, record_keys
from licorne.store.record_releases import forget_ended

NUMBER = "+12125550123"
PAGE = "/office/record-key"


async def let_hold(client: MemberClient, person: Person, password: str = PASSWORD) -> str:
    data = {"act": "add", "member": str(person.id), f"password-{person.id}": password}
    answer = await client.post(f"{PAGE}/holders", data)
    assert answer.status_code in {200, 422}, answer.text
    return answer.text


async def take_share(client: MemberClient, person: Person) -> str:
    data = {"act": "remove", "member": str(person.id), f"password-{person.id}": PASSWORD}
    return (await client.post(f"{PAGE}/holders", data)).text


async def ask(client: MemberClient, reason: str = "Carla’s doctor has left.") -> uuid.UUID:
    page = (await client.post(f"{PAGE}/releases", {"reason": reason})).text
    found = re.findall(r"/office/record-key/releases/([0-9a-f-]{36})", page)
    assert found, page
    return uuid.UUID(found[-1])  # the newest stands last


async def approve(client: MemberClient, release: uuid.UUID) -> str:
    data = {"act": "approve", f"approve-{release}": PASSWORD}
    return (await client.post(f"{PAGE}/releases/{release}", data)).text


async def print_kit(client: MemberClient) -> str:
    page = (await client.post(f"{PAGE}/kit", {"for_kit": PASSWORD})).text
    found = re.search(r'id="share"[^>]*>(.*?)</ol>', page, re.DOTALL)
    assert found is not None, page
    return " ".join(re.findall(r"<li>(\w{4})</li>", found[1]))


async def use_kit(client: MemberClient, share: str) -> str:
    data = {"share": share, "for_share": PASSWORD}
    return (await client.post(f"{PAGE}/kit/use", data)).text


async def opens(office: OfficeWorld, person: Person) -> bool:
    """Whether the practice's copies are open to this person within a session of theirs."""
    member = await office.world.as_member(person)
    async with office.world.app.tenant(person.organization) as connection:
        return bool(await office.world.record_holders.opens_all(connection, member))


async def ways(office: OfficeWorld, of: Person) -> list[set[UnlockMethod]]:
    async with office.world.app.tenant(of.organization) as connection:
        locked = await record_keys.fetch_locked(connection, of.organization)
    return [{wrap.method for wrap in one.wraps} for one in locked]


async def two_officers(office: OfficeWorld) -> tuple[Person, Person]:
    owner = await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, owner) as client:
        assert "locked anew" in await let_hold(client, grace)
    return owner, grace


async def test_a_sole_officer_opens_alone_and_a_second_one_makes_it_take_both(office: OfficeWorld):
    owner = await office.world.found()
    assert await opens(office, owner)
    assert await ways(office, owner) == [{UnlockMethod.READER}]
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, owner) as client:
        assert "With one officer" in (await client.get(PAGE)).text
        assert "your password" in await let_hold(client, grace, "not mine at all")
        assert "locked anew" in await let_hold(client, grace)
        assert "takes two officers" in (await client.get(PAGE)).text
    assert await ways(office, owner) == [{UnlockMethod.PAIR}]
    assert not await opens(office, owner)
    assert not await opens(office, grace)
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:record_key:holder_added") == 1
    assert "member:record_key:holder_added (refused)" in tags


async def test_threat_13_one_officer_opens_nothing_without_another_ones_approval(
    office: OfficeWorld,
):
    """Threat 13: one approval is not enough: not to ask, and not to approve what one asked."""
    owner, grace = await two_officers(office)
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        release = await ask(client)
        assert not await opens(office, owner)
        again = await client.post(f"{PAGE}/releases", {"reason": "Once more."})
        assert (again.status_code, "asked already" in again.text) == (422, True)
        assert "takes a second person" in await approve(client, release)
        assert not await opens(office, owner)
        assert "Carla’s doctor has left" in (await second.get(PAGE)).text
        assert "for an hour" in await approve(second, release)
        assert await opens(office, owner)
        # Whoever approved opens nothing: what they peeled is locked to the one who asked.
        assert not await opens(office, grace)
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:record_key:release_asked") == 1
    assert tags.count("member:record_key:released") == 1
    assert "member:record_key:released (refused)" in tags


async def test_threat_13_a_writer_of_rows_gets_no_approval_out_of_the_database(
    office: OfficeWorld,
):
    """Approval isn't a column: rows alone, or another officer's share, open nothing."""
    owner, grace = await two_officers(office)
    async with member_client(office, owner) as client:
        release = await ask(client)
    async with office.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.record_release SET approved_by = $1, approved_at = now(),"
            " open_until = now() + interval '1 day' WHERE id = $2",
            grace.id,
            release,
        )
        await connection.execute(
            "INSERT INTO licorne.record_release_share SELECT organization_id, $1, key_id,"
            " wrapper_key_id, second_key_id, wrapped FROM licorne.private_key_wrap"
            " WHERE method = 'pair' AND wrapper_key_id = (SELECT key_id FROM licorne.current_key"
            " WHERE owner_id = $2)",
            release,
            owner.id,
        )
    with pytest.raises(SealBroken):
        await opens(office, owner)


async def test_a_release_ends_after_an_hour_or_when_somebody_closes_it(office: OfficeWorld):
    owner, grace = await two_officers(office)
    world = office.world
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        await approve(second, await ask(client))
        assert await opens(office, owner)
        world.clock.advance(timedelta(minutes=61))
        assert not await opens(office, owner)
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        release = await ask(client)
        await approve(second, release)
        assert await opens(office, owner)
        await second.post(f"{PAGE}/releases/{release}", {"act": "end"})
        assert not await opens(office, owner)
        assert "no such request" in await approve(second, release)
    assert "member:record_key:release_ended" in await world.audit_tags(owner.organization)


async def test_what_was_peeled_is_cleared_away_when_its_time_is_over(office: OfficeWorld):
    owner, grace = await two_officers(office)
    world = office.world
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        await approve(second, await ask(client))
    worker = await asyncpg.connect(world.worker_url, server_settings={"search_path": "licorne"})
    try:
        for after, left in ((timedelta(0), 1), (timedelta(minutes=61), 0)):
            world.clock.advance(after)
            await forget_ended(worker, world.clock.now())
            async with world.owner.before_tenant() as connection:
                count = await connection.fetchval(
                    "SELECT count(*) FROM licorne.record_release_share"
                )
            assert count == left
    finally:
        await worker.close()


async def test_conversations_are_handed_over_by_two_where_it_takes_two(office: OfficeWorld):
    owner, grace = await two_officers(office)
    world = office.world
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    path = f"/office/mail/inbox/{sent.thread}"
    async with (
        member_client(office, owner) as client,
        member_client(office, grace) as second,
        member_client(office, bob) as successor,
    ):
        await client.post(f"/office/members/{ada.id}/let-go", {"successor": f"member:{bob.id}"})
        assert "results are in" not in (await successor.get(path)).text
        assert PAGE in (await client.get("/office/members")).text
        await client.post("/office/members/hand-over")
        assert "results are in" not in (await successor.get(path)).text
        await approve(second, await ask(client))
        told = (await client.post("/office/members/hand-over")).text
        assert "1 message was handed over" in told
        assert "results are in" in (await successor.get(path)).text


async def test_a_third_officer_needs_a_release_and_taking_a_share_needs_none(office: OfficeWorld):
    owner, grace = await two_officers(office)
    hedy = await office.world.add_member("Hedy Lamarr", Role.OFFICER)
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        assert "must be open" in await let_hold(client, hedy)
        await approve(second, await ask(client))
        assert "Only owners and officers" in await let_hold(client, ada)
        assert "locked anew" in await let_hold(client, hedy)
        async with member_client(office, hedy) as third:
            # Any two of the three.
            release = await ask(third)
            await approve(second, release)
            assert await opens(office, hedy)
            # An officer takes no share from another; an owner does.
            answer = await third.post(
                f"{PAGE}/holders",
                {"act": "remove", "member": str(grace.id), f"password-{grace.id}": PASSWORD},
            )
            assert answer.status_code == 403
        assert "locked anew" in await take_share(client, grace)
        assert (
            "hold no share"
            in (await second.post(f"{PAGE}/releases", {"reason": "Out of curiosity."})).text
        )
    # What is written from now on goes to a version of which Grace never held a share.
    async with office.world.app.tenant(owner.organization) as connection:
        current = await reader_keys.fetch_current(
            connection, owner.organization, owner.organization
        )
        locked = await record_keys.fetch_locked(connection, owner.organization)
        left = await record_keys.holders(connection, owner.organization)
    assert current is not None
    assert (current.version, len(locked)) == (2, 2)
    assert set(left) == {owner.id, hedy.id}


async def test_the_last_way_to_the_copies_is_never_taken(office: OfficeWorld):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        assert "Nobody else opens" in await take_share(client, owner)
    assert await opens(office, owner)
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, owner) as client:
        await let_hold(client, grace)
        assert "Nobody else opens" in await take_share(client, grace)
        async with member_client(office, grace) as second:
            await approve(second, await ask(client))
        # While it is open, it is locked anew in the form for one.
        assert "locked anew" in await take_share(client, grace)
    assert await opens(office, owner)
    assert {UnlockMethod.READER} in await ways(office, owner)


async def test_the_printed_share_stands_in_for_an_officer_and_opens_nothing_alone(
    office: OfficeWorld,
):
    owner, grace = await two_officers(office)
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        refused = (await client.post(f"{PAGE}/kit", {"for_kit": PASSWORD})).text
        assert "must be open" in refused
        await approve(second, release := await ask(client))
        share = await print_kit(client)
        assert share not in (await client.get(PAGE)).text
        await client.post(f"{PAGE}/releases/{release}", {"act": "end"})
        assert not await opens(office, owner)
        assert "share of the kit" in await use_kit(client, "wxyz " * 8)
        assert "share fits" in await use_kit(client, share.upper())
        assert await opens(office, owner)
        assert "with the recovery kit" in (await second.get(PAGE)).text
        # An officer who holds none gets nowhere with the paper.
        hedy = await office.world.add_member("Hedy Lamarr", Role.OFFICER)
        async with member_client(office, hedy) as third:
            assert "takes an officer who holds one" in await use_kit(third, share)
        # A new one makes the old one worthless.
        await print_kit(client)
        assert "share of the kit" in await use_kit(second, share)
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:recovery_kit:made") == 2
    assert tags.count("member:recovery_kit:used") == 1


async def test_a_sole_officer_who_lost_everything_comes_back_by_the_kit(office: OfficeWorld):
    """The one who alone opens the copies can be let back, and let go, once there is a kit."""
    world = office.world
    owner = await world.found()
    second = await world.add_member("Oskar Owner", Role.OWNER)
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    let_back = f"/office/members/{owner.id}/let-back"
    async with member_client(office, owner) as client:
        async with member_client(office, second) as other:
            assert (await other.post(let_back, {"proof": "in_person"})).status_code == 404
        share = await print_kit(client)
    async with member_client(office, second) as other:
        told = await other.post(
            f"/office/members/{owner.id}/let-go", {"successor": f"member:{second.id}"}
        )
        assert told.status_code == 200, told.text
        page = (await other.get(PAGE)).text
        assert "Nobody opens the practice’s copies now" in page
        assert not await opens(office, second)
        await other.post(f"/office/members/{ada.id}/let-go", {"successor": f"member:{bob.id}"})
        assert "share fits" in await use_kit(other, share)
        assert await opens(office, second)
        await other.post("/office/members/hand-over")
    async with member_client(office, bob) as successor:
        assert "results are in" in (await successor.get(f"/office/mail/inbox/{sent.thread}")).text


async def test_a_holder_who_is_let_go_never_had_the_key_that_comes_next(office: OfficeWorld):
    owner, grace = await two_officers(office)
    to_owner = {"successor": f"member:{owner.id}"}
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        # Closed: without Grace nobody would open what was written until now.
        refused = await client.post(f"/office/members/{grace.id}/let-go", to_owner)
        assert (refused.status_code, "would be lost" in refused.text) == (422, True)
        await approve(second, await ask(client))
        gone = await client.post(f"/office/members/{grace.id}/let-go", to_owner)
        assert gone.status_code == 200
    assert await ways(office, owner) == [{UnlockMethod.READER}, {UnlockMethod.READER}]
    assert await opens(office, owner)


async def test_charlie_and_who_may_not_get_nowhere(office: OfficeWorld):
    owner, grace = await two_officers(office)
    charlie = await office.world.found("Elsewhere", "Charlie Else")
    async with member_client(office, owner) as client, member_client(office, charlie) as other:
        release = await ask(client)
        assert "no such request" in await approve(other, release)
        end = await other.post(f"{PAGE}/releases/{release}", {"act": "end"})
        assert end.status_code == 404
        assert "Only owners and officers" in await let_hold(other, grace)
        assert "Grace" not in (await other.get(PAGE)).text
    assert not await opens(office, owner)
