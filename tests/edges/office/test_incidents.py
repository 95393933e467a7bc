"""The register of incidents: who keeps it, who reads it, what it insists on, what a thief gets."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.edges.office.member_client import MemberClient, member_client
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.role import Role

TODAY = datetime.now(ZoneInfo("America/New_York")).date()  # the practice's
SECRET = "The lost phone of Nurse Rivers <script>"


async def open_incident(client: MemberClient, days_ago: int = 3, **others: str) -> str:
    form = {"discovered": str(TODAY - timedelta(days=days_ago)), "account": SECRET, **others}
    answer = await client.post("/office/incidents/new", form)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def write(client: MemberClient, path: str, kind: str, **others: str):
    form = {"kind": kind, "text": f"About {kind}.", "on": str(TODAY - timedelta(days=1)), **others}
    return await client.post(path, form)


async def assess(client: MemberClient, path: str) -> None:
    for factor in ("nature", "recipient", "acquired", "mitigated"):
        assert (await write(client, path, "factor", factor=factor, level="low")).status_code == 303


async def test_from_what_happened_to_closed_every_step_is_dated_and_insisted_on(
    office: OfficeWorld,
):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        assert "No incidents" in (await client.get("/office/incidents")).text
        path = await open_incident(client)
        page = (await client.get(path)).text
        assert "The lost phone of Nurse Rivers &lt;script&gt;" in page
        assert "57 days left" in page
        refused = await write(client, path, "decision", decision="low_probability")
        assert (refused.status_code, "all four factors" in refused.text) == (422, True)
        refused = await write(client, path, "closed")
        assert (refused.status_code, "Decide first" in refused.text) == (422, True)
        answer = await write(client, path, "people", affected="620", states="ny, nj")
        assert answer.status_code == 303
        await assess(client, path)
        assert (await write(client, path, "decision", decision="breach")).status_code == 303
        page = (await client.get(path)).text
        for told in ("Media of NY", "Media of NJ", "45 CFR 164.408(b)", "620", "A breach"):
            assert told in page
        told = [("individuals", ""), ("media", "NY"), ("hhs", "")]
        for whom, place in told:
            answer = await write(client, path, "told", whom=whom, place=place)
            assert answer.status_code == 303
        refused = await write(client, path, "closed")
        assert (refused.status_code, "still has to be told" in refused.text) == (422, True)
        assert "About closed." in refused.text  # nothing typed is lost
        await write(client, path, "told", whom="media", place="nj")
        assert (await write(client, path, "closed")).status_code == 303
        refused = await write(client, path, "people", affected="1")
        assert (refused.status_code, "is closed" in refused.text) == (422, True)
        assert (await write(client, path, "note")).status_code == 303
        assert "Open</span>" in (await client.get("/office/incidents")).text
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:incident:opened") == 1
    assert tags.count("member:incident:written") == 12


async def test_a_low_probability_ends_the_clocks_and_lets_it_be_closed(office: OfficeWorld):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        path = await open_incident(client)
        await assess(client, path)
        answer = await write(client, path, "decision", decision="low_probability")
        assert answer.status_code == 303
        assert "at the latest" not in (await client.get(path)).text
        assert (await write(client, path, "closed")).status_code == 303


async def test_a_day_too_late_is_told_and_who_works_for_others_tells_them(office: OfficeWorld):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        late = await open_incident(client, days_ago=62)
        assert "2 days late" in (await client.get(late)).text
        path = await open_incident(client, as_associate="yes")
        page = (await client.get(path)).text
        assert "45 CFR 164.410(b)" in page
        assert "164.404" not in page


async def test_what_cannot_be_read_is_refused_at_its_step(office: OfficeWorld):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        tomorrow = str(TODAY + timedelta(days=3))
        for form in (
            {"discovered": tomorrow, "account": "x"},
            {"discovered": "soon", "account": "x"},
            {"discovered": str(TODAY), "account": " "},
            {"discovered": str(TODAY), "account": "x" * 5001},
        ):
            assert (await client.post("/office/incidents/new", form)).status_code == 422
        path = await open_incident(client)
        for kind, others in (
            ("people", {"affected": "many"}),
            ("people", {"affected": "-1"}),
            ("people", {"states": "New York"}),
            ("factor", {"factor": "mood", "level": "low"}),
            ("decision", {"decision": "never mind"}),
            ("decision", {"decision": "breach", "delayed": "later"}),
            ("told", {"whom": "grandmother"}),
            ("gossip", {}),
            ("note", {"on": tomorrow}),
            ("note", {"text": ""}),
        ):
            answer = await write(client, path, kind, **others)
            assert answer.status_code == 422, (kind, others)
        assert len(entries(await client.get(path))) == 1


def entries(answer) -> list[str]:
    return answer.text.split('<div class="written">')[1:]


async def test_auditors_read_and_write_nothing_and_members_do_neither(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    auditor = await world.add_member("Audra Auditor", Role.AUDITOR)
    async with member_client(office, owner) as client:
        path = await open_incident(client)
    async with member_client(office, auditor) as client:
        page = await client.get(path)
        assert "The lost phone of Nurse Rivers" in page.text
        assert "Next steps" not in page.text
        assert (await write(client, path, "note")).status_code == 403
    ada = await world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        assert (await client.get(path)).status_code == 403


async def test_who_comes_later_reads_it_once_somebody_who_can_has_looked(office: OfficeWorld):
    world = office.world
    owner = await world.found()
    async with member_client(office, owner) as client:
        path = await open_incident(client)
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, grace) as later:
        assert "You can’t read what was written" in (await later.get(path)).text
        assert "You can’t read" in (await write(later, path, "note")).text
        async with member_client(office, owner) as client:
            await client.get(path)
        assert "The lost phone of Nurse Rivers" in (await later.get(path)).text
        assert (await write(later, path, "note")).status_code == 303


async def test_the_text_is_sealed_and_a_changed_row_is_told(office: OfficeWorld):
    """Threats 7 and 10."""
    world = office.world
    owner = await world.found()
    async with member_client(office, owner) as client:
        path = await open_incident(client)
        await write(client, path, "note")
        async with world.owner.before_tenant() as connection:
            rows = await connection.fetch("SELECT * FROM licorne.incident_entry ORDER BY at")
            assert b"lost phone" not in b"".join(row["sealed"] for row in rows)
            await connection.execute(
                "UPDATE licorne.incident_entry SET on_date = on_date - 30 WHERE kind = 'account'"
            )
        page = (await client.get(path)).text
        assert "damaged or was changed" in page
        assert "About note." in page
        async with world.owner.before_tenant() as connection:
            await connection.execute(
                "UPDATE licorne.incident_entry SET sealed = $1, signature = $2"
                " WHERE kind = 'account'",
                rows[1]["sealed"],
                rows[1]["signature"],
            )
        assert (await client.get(path)).text.count("About note.") == 1


async def test_another_practices_incident_is_not_there(office: OfficeWorld):
    """Threat 12."""
    world = office.world
    owner = await world.found()
    async with member_client(office, owner) as client:
        path = await open_incident(client)
    eve = await world.found("Elsewhere", "Eve Else")
    async with member_client(office, eve) as client:
        assert (await client.get(path)).status_code == 404
        assert (await write(client, path, "note")).status_code == 404
        assert (await client.get(f"/office/incidents/{uuid.uuid4()}")).status_code == 404
        assert "Incident 1" in (await client.get(await open_incident(client))).text
        assert (await client.get("/office/incidents")).text.count("<strong>Incident") == 1
