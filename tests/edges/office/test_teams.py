"""Teams in the office: who is added waits, somebody who can lets them in, and who leaves is out."""

import re
import uuid

from tests.edges.office.member_client import MemberClient, member_client
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.role import Role

NUMBER = "+12125550123"
WAITS = "Waits to be let in"


async def a_team(client: MemberClient, name: str, *members: uuid.UUID) -> str:
    form = {"name": name, "member": [str(one) for one in members]}
    assert (await client.post("/office/teams", form)).status_code == 303
    found = re.search(
        rf'id="team-([0-9a-f-]+)">\s*<h2>{name}', (await client.get("/office/teams")).text
    )
    assert found is not None
    return found[1]


async def begin(client: MemberClient, team: str, text: str = "Your results are in.") -> str:
    form = {"to": NUMBER, "text": text, "inbox": team}
    return (await client.post("/office/compose", form)).headers["location"]


async def test_who_is_added_waits_until_one_of_the_team_lets_them_in(office: OfficeWorld):
    world = office.world
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Hale")
    olivia = await world.add_member("Olivia Owens", Role.OWNER)
    async with member_client(office, olivia) as owner:
        team = await a_team(owner, "Front desk", ada.id)
        assert "one line of at most 60" in (await owner.post("/office/teams", {"name": " "})).text
        added = f"/office/teams/{team}/members"
        assert (await owner.post(added, {"member": str(bob.id)})).status_code == 303
        shown = (await owner.get("/office/teams")).text
        assert (WAITS in shown, "/let-in" in shown) == (True, False)
        refused = await owner.post(f"{added}/{bob.id}/let-in")
        assert (refused.status_code, "don’t open its inbox" in refused.text) == (422, True)
        assert "in the team already" in (await owner.post(added, {"member": str(bob.id)})).text
    async with member_client(office, ada) as client:
        thread = await begin(client, team)
        await client.post(f"{thread}/note", {"note": "She prefers calls."})
    async with member_client(office, bob) as client:
        assert "has to let you in" in (await client.get("/office/mail/inbox")).text
        assert "can’t read its conversations yet" in (await client.get("/office/teams")).text
        assert (await client.get(thread)).status_code == 404
        itself = await client.post(f"{added}/{bob.id}/let-in")
        assert (itself.status_code, "let yourself in" in itself.text) == (422, True)
    async with member_client(office, ada) as client:
        assert "Bob Hale waits to be let into" in (await client.get("/office/mail/inbox")).text
        assert (await client.post(f"{added}/{bob.id}/let-in")).status_code == 303
        assert WAITS not in (await client.get("/office/teams")).text
    async with member_client(office, bob) as client:
        shown = (await client.get(thread)).text
        assert ("results are in" in shown, "prefers calls" in shown) == (True, True)
    tags = await world.audit_tags(ada.organization)
    assert tags.count("member:team:member_let_in") == 1
    assert tags.count("member:team:member_let_in (refused)") == 2


async def test_an_officer_who_opens_the_practices_copies_lets_in_and_nobody_elses_officer(
    office: OfficeWorld,
):
    world = office.world
    olga = await world.found()  # holds the record key
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Hale")
    charlie = await world.add_member("Charlie Fox")
    strangers = await world.found("Another Practice", "Olaf Other")
    async with member_client(office, olga) as owner:
        team = await a_team(owner, "Front desk", ada.id)
        added = f"/office/teams/{team}/members"
    async with member_client(office, ada) as client:
        thread = await begin(client, team)
    async with member_client(office, olga) as owner:
        await owner.post(added, {"member": str(bob.id)})  # and lets in, in one
        assert WAITS not in (await owner.get("/office/teams")).text
        assert (await owner.get(thread)).status_code == 404  # it stays the team's
        await owner.post(added, {"member": str(olga.id)})
        assert (await owner.post(f"{added}/{olga.id}/let-in")).status_code == 422
    async with member_client(office, bob) as client:
        assert "results are in" in (await client.get(thread)).text
    async with member_client(office, charlie) as client:
        assert (await client.post(f"{added}/{olga.id}/let-in")).status_code == 422
    async with member_client(office, strangers) as client:
        for path, form in (
            (f"{added}/{olga.id}/let-in", {}),
            (added, {"member": str(strangers.id)}),
            (f"{added}/{ada.id}/remove", {}),
        ):
            assert (await client.post(path, form)).status_code == 422, path


async def test_who_is_taken_out_reads_nothing_that_is_written_after_and_has_no_work_there(
    office: OfficeWorld,
):
    world = office.world
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Hale")
    olivia = await world.add_member("Olivia Owens", Role.OWNER)
    async with member_client(office, olivia) as owner:
        team = await a_team(owner, "Front desk", ada.id, bob.id)
        async with member_client(office, ada) as client:
            thread = await begin(client, team)
            await client.post(f"{thread}/assign", {"to": str(bob.id)})
        for _ in range(2):  # a second press says so
            answer = await owner.post(f"/office/teams/{team}/members/{bob.id}/remove")
        assert answer.status_code == 422
        only = await owner.post(f"/office/teams/{team}/members/{ada.id}/remove")
        assert "without anybody" in only.text
    async with member_client(office, bob) as client:
        assert (await client.get(thread)).status_code == 404
    async with member_client(office, ada) as client:
        await client.post(f"{thread}/answer", {"text": "And one thing more."})
        shown = (await client.get(thread)).text
        assert ("Nobody looks after it" in shown, "one thing more" in shown) == (True, True)
    async with world.owner.before_tenant() as connection:
        keys = await connection.fetch(
            "SELECT k.version, h.owner_id FROM licorne.reader_key k"
            " JOIN licorne.private_key_wrap w ON w.key_id = k.id"
            " JOIN licorne.reader_key h ON h.id = w.wrapper_key_id WHERE k.owner_id = $1",
            uuid.UUID(team),
        )
    holders = {(one["version"], one["owner_id"]) for one in keys}
    assert (2, bob.id) not in holders
    assert {(1, ada.id), (1, bob.id), (2, ada.id), (2, ada.organization)} <= holders
