"""The pages about records: retention, holds, and destroying, as requests see them."""

import uuid

from tests.edges.office.member_client import MemberClient, member_client
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.role import Role

NUMBER = "+12125550123"


async def contact_of(office: OfficeWorld) -> uuid.UUID:
    async with office.world.owner.before_tenant() as connection:
        return await connection.fetchval("SELECT id FROM licorne.contact")


async def test_an_officer_sets_the_time_and_less_than_six_years_is_refused(office: OfficeWorld):
    await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, grace) as client:
        refused = await client.post("/office/records/retention", {"years": "5"})
        assert refused.status_code == 422
        assert "at least 6 years" in refused.text
        assert 'value="5"' in refused.text
        assert (await client.post("/office/records/retention", {"years": "10"})).status_code == 303
        assert 'value="10"' in (await client.get("/office/records")).text
        trail = (await client.get("/office/audit")).text
        assert "set how long messages are kept" in trail
        assert "years=10" in trail


async def place(client: MemberClient, contact: uuid.UUID, **form: str) -> int:
    answer = await client.post(f"/office/contacts/{contact}/hold", form)
    return answer.status_code


async def test_a_hold_is_placed_shown_and_released_with_reasons(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    await world.send(owner, NUMBER, "In the lawsuit.")
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        assert await place(client, contact, scope="all", reason=" ") == 422
        assert await place(client, contact, scope="all", reason="Case <4711>") == 303
        page = (await client.get("/office/records")).text
        assert "Case &lt;4711&gt;" in page
        assert "Olga Owner" in page
        refused = await client.post(
            f"/office/contacts/{contact}/destroy",
            {"scope": "all", "cause": "ordered", "sure": "yes"},
        )
        assert refused.status_code == 422
        assert "under a legal hold" in refused.text
        hold = page.partition("/office/records/holds/")[2].partition("/release")[0]
        path = f"/office/records/holds/{hold}/release"
        assert (await client.post(path, {"reason": ""})).status_code == 422
        assert (await client.post(path, {"reason": "Settled"})).status_code == 303
        assert (await client.post(path, {"reason": "Again"})).status_code == 404
        assert "Released: Settled" in (await client.get("/office/records")).text
        destroyed = await client.post(
            f"/office/contacts/{contact}/destroy",
            {"scope": "all", "cause": "ordered", "sure": "yes"},
        )
        assert "1 message was destroyed." in destroyed.text
        assert "A court or an authority ordered it" in (await client.get("/office/records")).text


async def test_destroying_wants_a_cause_and_a_word_that_one_is_sure(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    sent = await world.send(owner, NUMBER, "Stays for now.")
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        path = f"/office/contacts/{contact}/destroy"
        for form in (
            {"scope": "all", "sure": "yes"},
            {"scope": "all", "cause": "ordered"},
            {"scope": "all", "cause": "retention", "sure": "yes"},
        ):
            assert (await client.post(path, form)).status_code == 422
        form = {"scope": "nonsense", "cause": "ordered", "sure": "yes"}
        assert (await client.post(path, form)).status_code == 404
        thread = sent.deliveries[0].thread
        assert "Stays for now." in (await client.get(f"/office/mail/inbox/{thread}")).text


async def test_another_practices_contact_and_hold_are_not_there(office: OfficeWorld):
    """Threat 12."""
    world = office.world
    owner = await world.found()
    await world.send(owner, NUMBER, "Ours.")
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        await place(client, contact, scope="all", reason="Ours")
        page = (await client.get("/office/records")).text
        hold = page.partition("/office/records/holds/")[2].partition("/release")[0]
    eve = await world.found("Elsewhere", "Eve Else")
    async with member_client(office, eve) as client:
        assert (await client.get(f"/office/contacts/{contact}/records")).status_code == 404
        assert (await client.get(f"/office/contacts/{contact}/destroy")).status_code == 404
        assert await place(client, contact, scope="all", reason="Mine") == 404
        form = {"scope": "all", "cause": "ordered", "sure": "yes"}
        assert (await client.post(f"/office/contacts/{contact}/destroy", form)).status_code == 404
        path = f"/office/records/holds/{hold}/release"
        assert (await client.post(path, {"reason": "Mine"})).status_code == 404
        assert "Ours" not in (await client.get("/office/records")).text
