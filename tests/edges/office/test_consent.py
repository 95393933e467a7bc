"""Consent: recorded, shown, demanded, taken back; a send without it is refused with a way out."""

import csv
import io
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from tests.edges.office.contact_side import contact_side
from tests.edges.office.member_client import MemberClient, member_client
from tests.support.contact_client import SAME
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.application.sending.outcome import Refused
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.identity.role import Role
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.policy.verdict import Reason

NUMBER = "+12125550123"
YES = {"purpose": "notices", "act": "given", "means": "paper", "said_on": "2026-01-05"}


async def contact_of(office: OfficeWorld) -> uuid.UUID:
    async with office.world.owner.before_tenant() as connection:
        return await connection.fetchval("SELECT id FROM licorne.contact")


async def refusal(office: OfficeWorld, author: Person) -> Reason | None:
    """Send, and say why it was refused, if it was."""
    draft = Draft(
        organization=author.organization,
        author=author.actor,
        source=Source.OFFICE,
        recipients=(parse_phone_number(NUMBER, "US"),),
        content=Content(None, "Please call us.", None, ()),
    )
    sent = await office.world.send_message(draft)
    return sent.refusals[0].verdict.reason if isinstance(sent, Refused) else None


async def record(client: MemberClient, contact: uuid.UUID, **form: str) -> int:
    answer = await client.post(f"/office/contacts/{contact}/consent", {**YES, **form})
    return answer.status_code


async def test_where_consent_is_demanded_nobody_else_is_texted(office: OfficeWorld):
    owner = await office.world.found()
    assert await refusal(office, owner) is None  # nothing is demanded yet
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        assert (await client.post("/office/consent", {"demanded": "yes"})).status_code == 303
        assert await refusal(office, owner) is Reason.CONSENT_MISSING
        typed = {"to": NUMBER, "text": "Please call us.", "expires": ""}
        page = await client.post("/office/compose", typed)
        assert "record their answer on their page under Consent" in page.text
        for other in ("reminders", "alerts"):  # agreeing to one agrees to no other
            assert await record(client, contact, purpose=other) == 303
        assert await refusal(office, owner) is Reason.CONSENT_MISSING
        assert await record(client, contact, note="Folder <3>") == 303
        assert await refusal(office, owner) is None
        page = (await client.get(f"/office/contacts/{contact}/consent")).text
        assert "Folder &lt;3&gt;" in page
        assert "Olga Owner" in page
        assert "notices-1" in page


async def test_what_is_taken_back_counts_whatever_is_demanded(office: OfficeWorld):
    owner = await office.world.found()
    assert await refusal(office, owner) is None
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        assert await record(client, contact) == 303
        assert await record(client, contact, act="revoked", means="voice") == 303
        assert await refusal(office, owner) is Reason.CONSENT_REVOKED
        assert await record(client, contact, means="voice") == 303
        assert await refusal(office, owner) is None
        trail = (await client.get("/office/audit")).text
        assert "recorded that a contact takes an agreement back" in trail
        assert "notices voice" in trail


async def test_the_next_owner_of_a_number_has_agreed_to_nothing(office: OfficeWorld):
    """Threat 4."""
    owner = await office.world.found()
    assert await refusal(office, owner) is None
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        assert await record(client, contact) == 303
        await client.post("/office/consent", {"demanded": "yes"})
        async with office.world.owner.before_tenant() as connection:
            await connection.execute(
                "UPDATE licorne.consent_entry SET number_epoch = number_epoch - 1"
            )
        assert await refusal(office, owner) is Reason.CONSENT_MISSING
        page = (await client.get(f"/office/contacts/{contact}/consent")).text
        assert "said by who had the number before" in page


async def test_what_cant_stand_is_refused_and_keeps_what_was_typed(office: OfficeWorld):
    owner = await office.world.found()
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        path = f"/office/contacts/{contact}/consent"
        empty = await client.post(path, {"note": "In the <cabinet>"})
        assert empty.status_code == 422
        for sentence in (
            "Say for what.",
            "Say what the person answered.",
            "Say how the person told you.",
            "Write the day as year-month-day.",
            "In the &lt;cabinet&gt;",
        ):
            assert sentence in empty.text
        assert "still to come" in (await client.post(path, {**YES, "said_on": "2999-01-01"})).text
        marketing = await client.post(path, {**YES, "purpose": "marketing"})
        assert "signed authorization" in marketing.text
        assert await record(client, contact, means="web") == 422  # is recorded by itself only
        assert await record(client, contact, note="x" * 501) == 422
        assert "Nothing is recorded yet." in (await client.get(path)).text


async def test_the_ledger_is_exported_whole_and_no_cell_runs(office: OfficeWorld):
    owner = await office.world.found()
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        await client.post(f"/office/contacts/{contact}/name", {"name": "=HYPERLINK(1)"})
        await record(client, contact, note='Drawer "B", left')
        await record(client, contact, act="revoked", means="voice")
        answer = await client.post("/office/consent/ledger")
        assert answer.headers["content-disposition"].startswith("attachment")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row["act"] for row in rows] == ["given", "revoked"]
        assert rows[0]["name"] == "'=HYPERLINK(1)"
        assert rows[0]["number"] == "'" + NUMBER
        assert rows[0]["note"] == 'Drawer "B", left'
        assert rows[0]["recorded_by"] == "Olga Owner"
        assert "exported the consent ledger" in (await client.get("/office/audit")).text


async def test_another_practice_neither_sees_nor_writes_it(office: OfficeWorld):
    """Threat 12."""
    owner = await office.world.found()
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, owner) as client:
        await record(client, contact, note="Ours")
    eve = await office.world.found("Elsewhere", "Eve Else")
    async with member_client(office, eve) as client:
        assert (await client.get(f"/office/contacts/{contact}/consent")).status_code == 404
        assert await record(client, contact) == 404
        assert "Ours" not in (await client.post("/office/consent/ledger")).text
        await client.post("/office/consent", {"demanded": "yes"})
    assert await refusal(office, owner) is None


async def test_a_member_records_and_sets_no_policy(office: OfficeWorld):
    owner = await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.MEMBER)
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, grace) as client:
        assert await record(client, contact) == 303
        assert (await client.post("/office/consent", {"demanded": "yes"})).status_code == 403
        assert (await client.post("/office/consent/ledger")).status_code == 403


@asynccontextmanager
async def phone_of(office: OfficeWorld) -> AsyncIterator[httpx.AsyncClient]:
    """A stranger's browser, on the contact's side of the same practice."""
    async with (
        contact_side(office) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as phone,
    ):
        yield phone


_LINK = re.compile(r"/m/consent/([0-9A-Za-z]+)")


async def make_form(client: MemberClient, contact: uuid.UUID, *purposes: str) -> str:
    """Make one, and give where its link leads."""
    path = f"/office/contacts/{contact}/consent/form"
    page = await client.post(path, {"purposes": list(purposes)})
    assert page.status_code == 200
    found = _LINK.search(page.text)
    assert found is not None
    return found[0]


async def test_a_person_answers_a_form_once_and_the_ledger_has_it(office: OfficeWorld):
    owner = await office.world.found()
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, owner) as client, phone_of(office) as phone:
        path = await make_form(client, contact, "notices", "marketing")
        page = await phone.get(path)
        assert "Byron Family Practice" in page.text
        assert NUMBER[2:5] not in page.text  # nothing tells whose form it is
        assert "aren’t encrypted" in page.text
        half = await phone.post(path, data={"notices": "given", "signature": ""}, headers=SAME)
        assert half.status_code == 422
        assert "Please say yes or no." in half.text
        assert "Please write your full name." in half.text
        full = {"notices": "given", "marketing": "revoked", "signature": "Pat <Doe>"}
        assert "Thank you" in (await phone.post(path, data=full, headers=SAME)).text
        again = await phone.post(path, data={**full, "notices": "revoked"}, headers=SAME)
        assert again.status_code == 404
        assert (await phone.get(path)).status_code == 404
        ledger = (await client.get(f"/office/contacts/{contact}/consent")).text
        assert "Pat &lt;Doe&gt;" in ledger
        assert "On our web form" in ledger
        await client.post("/office/consent", {"demanded": "yes"})
        assert await refusal(office, owner) is None
        trail = (await client.get("/office/audit")).text
        assert "agreed on a consent form" in trail
        assert "said no on a consent form" in trail


async def test_a_form_ends_with_its_day_and_with_the_numbers_owner(office: OfficeWorld):
    owner = await office.world.found()
    await refusal(office, owner)
    contact = await contact_of(office)
    async with member_client(office, owner) as client, phone_of(office) as phone:
        old, other = [await make_form(client, contact, "notices") for _ in range(2)]
        async with office.world.owner.before_tenant() as connection:
            await connection.execute(
                "UPDATE licorne.consent_form SET number_epoch = number_epoch - 1"
                " WHERE made_at = (SELECT min(made_at) FROM licorne.consent_form)"
            )
        assert (await phone.get(old)).status_code == 404
        assert (await phone.get(other)).status_code == 200
        office.world.clock.advance(timedelta(days=1))
        assert (await phone.get(other)).status_code == 404
        assert (await phone.get("/m/consent/" + "x" * 40)).status_code == 404
