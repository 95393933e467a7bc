"""Emergency access: at once where the practice trusts one with it, and never without the alarm.

45 CFR 164.312(a)(2)(ii): a procedure for obtaining what is needed in an emergency.
"""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.edges.office.member_client import COOKIE, MemberClient, member_client
from tests.edges.office.test_record_key import PAGE, approve, ask, let_hold
from tests.support.linking_audit import linking_audit
from tests.support.mail_relay import mail_relay
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import PASSWORD, Person

from licorne.application.governing.follow_events import events_after
from licorne.application.governing.mail_alarm import MailAlarm
from licorne.domain.identity.role import Role
from licorne.domain.message.attachment import Attachment
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import UnlockMethod
from licorne.edges.worker.alarm_mail_wording import AlarmMailWording
from licorne.ports.mail_relay import MailRelay
from licorne.store import jobs, record_keys
from licorne.store.database import open_database
from licorne.vault.record_key_wraps import unwrap_emergency

NUMBER = "+12125550123"
REASON = "Carla doesn’t answer and wrote of pills; Ada is on a flight."


async def written(office: OfficeWorld) -> tuple[Person, Person, str, str]:
    """The owner, Ada who wrote, the contact and the thread."""
    owner = await office.world.found()
    ada = await office.world.add_member("Ada Byron")
    notes = Attachment("notes.txt", "text/plain", b"what she said")
    sent = await office.world.send(ada, NUMBER, "Are you safe tonight?", attachments=(notes,))
    (delivery,) = sent.deliveries
    await office.world.reply(ada, delivery, "I have the pills here.")
    async with office.world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    return owner, ada, str(contact), str(delivery.thread)


async def open_it(
    client: MemberClient, contact: str, thread: str, reason: str = REASON, password: str = PASSWORD
) -> httpx.Response:
    return await client.post(
        f"/office/contacts/{contact}/others/{thread}",
        {f"reason-{thread}": reason, f"password-{thread}": password},
    )


async def trust(client: MemberClient, person: Person) -> str:
    data = {"act": "add", "member": str(person.id), f"trust-{person.id}": PASSWORD}
    return (await client.post(f"{PAGE}/emergency", data)).text


async def test_who_is_trusted_with_it_reads_at_once_and_all_who_lead_hear_of_it(
    office: OfficeWorld,
):
    world = office.world
    owner, ada, contact, thread = await written(office)
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    bob = await world.add_member("Bob Babbage")
    async with (
        member_client(office, owner) as client,
        member_client(office, bob) as helper,
        member_client(office, grace) as officer,
    ):
        assert "list for emergencies is changed" in await trust(client, bob)
        assert "Ada Byron" in (await helper.get(f"/office/contacts/{contact}/others")).text
        assert (await helper.get(f"/office/mail/inbox/{thread}")).status_code == 404
        # Everybody can know who may do it: here the sole officer, and who is listed.
        told = (await officer.get("/office/who-sees-what")).text
        assert "for an hour: Olga Owner, Bob Babbage" in told
        headers = {"Cookie": f"{COOKIE}={officer.cookie}"}
        async with officer.http.stream("GET", "/office/live", headers=headers) as live:
            lines = live.aiter_lines()
            answer = await open_it(helper, contact, thread)
            assert answer.status_code == 303, answer.text
            async with asyncio.timeout(60):  # the alarm's limit; it takes a moment
                async for line in lines:
                    if line == "event: alarm":
                        break
        page = (await helper.get(answer.headers["location"])).text
        assert "Are you safe tonight?" in page
        assert "I have the pills here." in page
        assert "Write to" not in page
        (delivery,) = re.findall(r"/office/deliveries/[0-9a-f-]+/attachments/1", page)
        assert (await helper.get(delivery)).content == b"what she said"
        for who in (officer, client):
            banner = (await who.get("/office/parts/alarms")).text
            assert "Bob Babbage opened somebody else’s conversation" in banner
            assert "pills" not in banner
        assert REASON in (await client.get("/office/emergencies")).text
        # Each says for themself that they saw it; for the other it stays.
        seen = re.search(r"/office/alarms/[0-9a-f-]+/seen", (await client.get(PAGE)).text)
        assert seen is not None
        alarms = (await client.get("/office/parts/alarms")).text
        for path in re.findall(r"/office/alarms/[0-9a-f-]+/seen", alarms):
            assert (await client.post(path)).status_code == 303
        assert "Bob Babbage" not in (await client.get("/office/parts/alarms")).text
        assert "Bob Babbage" in (await officer.get("/office/parts/alarms")).text
        # What was read so counts as seen by nobody: Ada still has to.
        async with member_client(office, ada) as own:
            assert "is-unread" in (await own.get("/office/mail/unread")).text
    async with world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT tag, detail FROM licorne.audit_event WHERE actor_id = $1 ORDER BY at, id",
            bob.id,
        )
    told = [tuple(row) for row in rows if "opened" in row["tag"] or "download" in row["tag"]]
    assert told == [
        ("member:emergency:opened", None),
        ("member:message:opened", "emergency"),
        ("member:message:opened", "emergency"),
        ("member:attachment:downloaded", "part 1, emergency"),
    ]


async def test_programs_hear_of_it_too(office: OfficeWorld):
    owner, ada, contact, thread = await written(office)
    async with member_client(office, owner) as client:
        assert (await open_it(client, contact, thread)).status_code == 303
    async with linking_audit(office.world) as link:
        await link()
    async with office.world.app.tenant(owner.organization) as connection:
        page = await events_after(connection, owner.organization, {ada.id}, 0, 100)
    told = [one for one in page.events if one.type.value == "emergency.opened"]
    assert [str(one.contact) for one in told] == [contact]


async def mail_all(office: OfficeWorld, relay: MailRelay | None) -> list[timedelta | None]:
    """Do the jobs of mails of alarms as a worker would, each once."""
    world = office.world
    worker = await open_database(world.worker_url, size=2)
    try:
        async with world.owner.before_tenant() as connection:
            rows = await connection.fetch(
                "DELETE FROM jobs.pgqueuer WHERE entrypoint = 'mail_alarm' RETURNING payload"
            )
        mail = MailAlarm(
            worker,
            world.keyring,
            relay,
            AlarmMailWording("https://text.practice.example"),
            world.clock,
            world.randomness,
        )
        return [await mail(jobs.decode_mail_alarm(row["payload"])) for row in rows]
    finally:
        await worker.close()


async def test_all_who_lead_are_told_by_email_as_well_and_of_no_patient(
    office: OfficeWorld, tmp_path: Path
):
    world = office.world
    owner, ada, contact, thread = await written(office)
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    bob = await world.add_member("Bob Babbage")
    async with member_client(office, owner) as client, member_client(office, bob) as helper:
        await trust(client, bob)
        assert await mail_all(office, None) == [None]  # no relay: nothing is owed
        async with mail_relay(tmp_path) as post:
            assert (await open_it(helper, contact, thread)).status_code == 303
            post.answers = ["451 later", "451 later"]
            waits = await mail_all(office, post.relay())
            assert waits == [timedelta(seconds=20)] * 2
            assert post.mails == []
            assert (await open_it(helper, contact, thread)).status_code == 303
            await mail_all(office, post.relay())
            assert {mail.to for mail in post.mails} == {owner.email, grace.email}
            for mail in post.mails:
                assert "Bob Babbage opened somebody else’s conversation" in mail.text
                assert "/office/emergencies" in mail.text
                told = mail.raw.decode() + mail.text
                for secret in ("Carla", "pills", NUMBER, NUMBER[2:], contact, thread, ada.name):
                    assert secret not in told, secret
    tags = await world.audit_tags(owner.organization)
    assert tags.count("system:alarm:mailed") == 2


async def test_it_ends_after_an_hour_or_when_an_owner_closes_it(office: OfficeWorld):
    owner, _ada, contact, thread = await written(office)
    bob = await office.world.add_member("Bob Babbage")
    async with member_client(office, owner) as client, member_client(office, bob) as helper:
        await trust(client, bob)
        first = (await open_it(helper, contact, thread)).headers["location"]
        assert (await helper.get(first)).status_code == 200
        assert (await client.post(f"{first}/end")).status_code == 303
        assert (await helper.get(first)).status_code == 404
        second = (await open_it(helper, contact, thread)).headers["location"]
        page = (await helper.get(second)).text
        attachment = re.findall(r"/office/deliveries/[0-9a-f-]+/attachments/1", page)[0]
    office.world.clock.advance(timedelta(minutes=61))
    async with member_client(office, bob) as helper:
        assert (await helper.get(second)).status_code == 404
        assert (await helper.get(attachment)).status_code == 404


async def test_without_trust_reason_or_password_nothing_opens(office: OfficeWorld):
    owner, ada, contact, thread = await written(office)
    bob = await office.world.add_member("Bob Babbage")
    charlie = await office.world.found("Elsewhere", "Charlie Else")
    audra = await office.world.add_member(
        "Audra Auditor", Role.AUDITOR, organization=owner.organization
    )
    async with member_client(office, bob) as client:
        answer = await open_it(client, contact, thread)
        assert (answer.status_code, "not on the list" in answer.text) == (403, True)
    async with member_client(office, owner) as client:
        for reason, password in (("", PASSWORD), ("short", PASSWORD), (REASON, "wrong words")):
            assert (await open_it(client, contact, thread, reason, password)).status_code == 422
        opened = (await open_it(client, contact, thread)).headers["location"]
    for person, status in ((bob, 404), (ada, 404), (charlie, 404), (audra, 403)):
        async with member_client(office, person) as client:
            assert (await client.get(opened)).status_code == status, person.name
            assert (await client.post(f"{opened}/end")).status_code == status, person.name
    async with member_client(office, charlie) as client:
        assert (await client.get(f"/office/contacts/{contact}/others")).status_code == 404
        assert (await open_it(client, contact, thread)).status_code == 404
        assert REASON not in (await client.get("/office/emergencies")).text
    async with member_client(office, ada) as client:
        assert (await open_it(client, contact, thread)).status_code == 422  # her own


async def test_where_it_takes_two_the_list_is_the_practices_decision_of_two(office: OfficeWorld):
    """Without a list, emergencies take two officers as well; nobody lists themself alone."""
    owner, _ada, contact, thread = await written(office)
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, owner) as client, member_client(office, grace) as second:
        await let_hold(client, grace)
        assert (await open_it(client, contact, thread)).status_code == 403
        assert "must be open" in await trust(client, owner)
        assert "it takes two officers" in (await second.get("/office/who-sees-what")).text
        release = await ask(client, "A list for emergencies, as we agreed.")
        await approve(second, release)
        assert "is changed" in await trust(client, owner)
        await client.post(f"{PAGE}/releases/{release}", {"act": "end"})
        assert (await open_it(client, contact, thread)).status_code == 303
        off = {"act": "remove", "member": str(owner.id)}
        assert "is changed" in (await second.post(f"{PAGE}/emergency", off)).text
        assert (await open_it(client, contact, thread)).status_code == 403


async def test_the_lock_for_emergencies_opens_in_no_other_installation(office: OfficeWorld):
    """Who takes the database and knows a listed member's key has nothing without K0."""
    world = office.world
    owner = await world.found()
    bob = await world.add_member("Bob Babbage")
    async with member_client(office, owner) as client:
        await trust(client, bob)
    member = await world.as_member(bob)
    async with world.app.tenant(bob.organization) as connection:
        (locked,) = await record_keys.fetch_locked(connection, bob.organization)
    (wrap,) = [one for one in locked.wraps if one.method is UnlockMethod.EMERGENCY]
    assert unwrap_emergency(world.keyring, locked.key, wrap, member.key).row == locked.key
    with pytest.raises(SealBroken):
        member.key.unwrap(wrap.wrapped, b"")
