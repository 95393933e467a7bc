"""Whose data could a session, token, app password or member have seen: one query on real rows."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.edges.office.member_client import member_client
from tests.support.api_world import service_of_a_team
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.governing.program_acts import ProgramActs
from licorne.application.incidents.see_exposure import SeeExposure
from licorne.application.sending.outcome import Sent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import TokenId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.role import Role
from licorne.domain.incident.exposure import ExposureAsked, Reach
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.store.database import Connection

CARLA, DORA, EMIL = "+12125550123", "+12125550124", "+12125550125"
LETTER = Attachment("letter.pdf", "application/pdf", b"%PDF-1.7")


@dataclass
class Asking:
    office: OfficeWorld
    owner: Person
    ways: list[uuid.UUID] = field(default_factory=list)

    async def __call__(self, **asked: object) -> dict[str, tuple[str, int, int]]:
        """Say of each number: reach, messages opened, files taken."""
        world = self.office.world
        see = SeeExposure(world.app, world.keyring, world.acts)
        now = datetime.now(UTC) + timedelta(days=1)
        wanted = ExposureAsked(now - timedelta(days=2), now, **asked)  # type: ignore[arg-type]
        found = await see(await world.as_member(self.owner), wanted)
        return {
            one.contact.number.e164: (one.reach.value, one.facts.opened, one.facts.files)
            for one in found
            if one.contact is not None
        }

    async def new_way(self) -> uuid.UUID:
        """Give the session that has acted since the last time this was asked."""
        async with self.office.world.owner.before_tenant() as connection:
            rows = await connection.fetch(
                "SELECT DISTINCT via FROM licorne.audit_event WHERE via IS NOT NULL"
            )
        new = [row["via"] for row in rows if row["via"] not in self.ways]
        self.ways += new
        (way,) = new
        return way


async def test_a_session_saw_what_was_opened_in_it_and_names_that_its_lists_showed(
    office: OfficeWorld,
):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    asking = Asking(office, owner)
    opened = await world.send(ada, CARLA, "Opened.", attachments=(LETTER,))
    await world.send(ada, DORA, "Not opened.")
    bobs = await world.add_member("Bob Babbage")
    await world.send(bobs, EMIL, "Bob's alone.")
    async with member_client(office, ada) as client:
        await client.get(f"/office/mail/inbox/{opened.deliveries[0].thread}")
        await client.get(f"/office/deliveries/{opened.deliveries[0].id}/attachments/1")
    stolen = await asking.new_way()
    async with member_client(office, ada) as client:
        await client.get("/office/account")
        await client.get("/office/mail/inbox")
    other = await asking.new_way()

    assert await asking(via=stolen) == {CARLA: ("content", 1, 1), DORA: ("named", 0, 0)}
    assert await asking(via=other) == {CARLA: ("named", 0, 0), DORA: ("named", 0, 0)}
    # Who wrote a message knows what it says.
    assert await asking(actor=ada.id) == {CARLA: ("content", 1, 1), DORA: ("content", 0, 0)}
    assert await asking(actor=bobs.id) == {EMIL: ("content", 0, 0)}


async def test_looking_at_all_contacts_names_everybody_and_a_refusal_nobody(office: OfficeWorld):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    bob = await world.add_member("Bob Babbage")
    sent = await world.send(bob, EMIL, "Bob's alone.")
    async with member_client(office, ada) as client:
        refused = await client.get(f"/office/mail/inbox/{sent.deliveries[0].thread}")
        assert refused.status_code == 404
    asking = Asking(office, owner)
    assert await asking(actor=ada.id) == {}
    async with member_client(office, ada) as client:
        await client.get("/office/contacts")
    assert await asking(actor=ada.id) == {EMIL: ("named", 0, 0)}


async def test_only_the_days_that_were_asked_for_count(office: OfficeWorld):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    sent = await world.send(ada, CARLA, "Opened.")
    async with member_client(office, ada) as client:
        await client.get(f"/office/mail/inbox/{sent.deliveries[0].thread}")
    see = SeeExposure(world.app, world.keyring, world.acts)
    by = await world.as_member(owner)
    now = world.clock.now()
    later = ExposureAsked(now + timedelta(days=1), now + timedelta(days=2), actor=ada.id)
    assert [one.reach for one in await see(by, later)] == [Reach.WITHIN_REACH]
    before = ExposureAsked(now - timedelta(days=2), now - timedelta(days=1), actor=ada.id)
    assert await see(by, before) == ()


async def test_a_token_of_a_service_reached_its_teams_conversations(office: OfficeWorld):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    service, team = await a_service(office, owner, ada)
    await world.send(ada, CARLA, "Ada's own.")
    async with world.owner.before_tenant() as connection:
        await give_a_thread(connection, team)
    token = TokenId(uuid.uuid4())
    caller = ApiCaller(
        owner.organization, token, Actor(ActorKind.SERVICE, service), frozenset(), "US", frozenset()
    )
    acts = ProgramActs(world.clock, world.randomness)
    async with world.app.tenant(owner.organization) as connection:
        await acts.record(connection, caller, Tag.API_SAW_THREADS)
    assert await Asking(office, owner)(via=token) == {CARLA: ("named", 0, 0)}
    ways = await SeeExposure(world.app, world.keyring, world.acts).ways(
        await world.as_member(owner)
    )
    assert token in {one.way.via for one in ways}


async def test_an_email_program_knows_what_was_written_by_it_and_nothing_else(office: OfficeWorld):
    """App passwords only send."""
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    await world.send(ada, DORA, "From the office.")
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    made = await keep.add(await world.as_member(ada), "Mail on the laptop")
    draft = Draft(
        ada.organization,
        ada.actor,
        Source.SMTP,
        (PhoneNumber.from_e164(CARLA),),
        Content(None, "From the laptop."),
        via=made.id,
    )
    assert isinstance(await world.send_message(draft), Sent)
    found = await Asking(office, owner)(via=made.id)
    assert found[CARLA] == ("content", 0, 0)
    assert found.get(DORA, ("within_reach", 0, 0)) == ("within_reach", 0, 0)
    see = SeeExposure(world.app, world.keyring, world.acts)
    ways = {one.way.via: one for one in await see.ways(await world.as_member(owner))}
    assert (ways[made.id].way.kind, ways[made.id].way.label) == (
        "app-password", "Mail on the laptop",
    )  # fmt: skip


async def a_service(office: OfficeWorld, owner: Person, ada: Person) -> tuple[uuid.UUID, uuid.UUID]:
    await service_of_a_team(office.world, owner, owner, ada)
    async with office.world.owner.before_tenant() as connection:
        row = await connection.fetchrow("SELECT id, team_id FROM licorne.service_identity")
    return row["id"], row["team_id"]


async def give_a_thread(connection: Connection, team: uuid.UUID) -> None:
    await connection.execute("UPDATE licorne.thread SET owner_kind = 'team', owner_id = $1", team)


async def test_another_practice_is_told_nothing_of_ours(office: OfficeWorld):
    """Threat 12."""
    world = office.world
    await world.found()
    ada = await world.add_member("Ada Byron")
    sent = await world.send(ada, CARLA, "Opened.")
    async with member_client(office, ada) as client:
        await client.get(f"/office/mail/inbox/{sent.deliveries[0].thread}")
    asking = Asking(office, await world.found("Elsewhere", "Eve Else"))
    way = await asking.new_way()
    assert await asking(via=way) == {}
    assert await asking(actor=ada.id) == {}
    async with member_client(office, asking.owner) as client:
        page = (await client.get(f"/office/exposure?who=member:{ada.id}")).text
        assert "555" not in page
        assert "Ada" not in page


async def test_the_page_asks_answers_and_tells_auditors_codes_only(office: OfficeWorld):
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    sent = await world.send(ada, CARLA, "Opened.")
    async with member_client(office, ada) as client:
        await client.get(f"/office/mail/inbox/{sent.deliveries[0].thread}")
    auditor = await world.add_member("Audra Auditor", Role.AUDITOR)
    asked = f"/office/exposure?who=member:{ada.id}"
    async with member_client(office, owner) as client:
        form = (await client.get("/office/exposure")).text
        assert "Ada Byron: a sign-in in the office" in form
        page = (await client.get(asked)).text
        assert "(212) 555-0123" in page
        assert "opened: 1" in page
        for wrong in ("?who=x", f"?who=member:{ada.id}&since=soon",
                      f"?who=member:{ada.id}&since=2026-01-02&until=2026-01-01"):  # fmt: skip
            assert (await client.get(f"/office/exposure{wrong}")).status_code == 422
    async with member_client(office, auditor) as client:
        page = (await client.get(asked)).text
        assert "opened: 1" in page
        assert "555" not in page
    tags = await world.audit_tags(owner.organization)
    assert tags.count("member:exposure:seen") == 2
