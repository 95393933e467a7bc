"""Reminders, passphrases, contacts, app passwords and the audit trail, as members handle them."""

from datetime import timedelta

import pytest
from tests.support.pickup_world import PickupWorld

from licorne.application.governing.ask_nudge import AskNudge, Nudge
from licorne.application.governing.change_texting import ChangeTexting
from licorne.application.governing.keep_app_passwords import KeepAppPasswords, TooManyAppPasswords
from licorne.application.governing.keep_contact import KeepContact, NameRefused
from licorne.application.governing.look_up_contacts import LookUpContacts
from licorne.application.governing.read_audit import ReadAudit
from licorne.application.governing.set_passphrase import PassphraseSet, SetPassphrase
from licorne.application.member_acts import NotPermitted
from licorne.application.receiving.prove_challenge import Proved
from licorne.application.sending.outcome import Refused
from licorne.domain.audit.event import Outcome
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.role import Role
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.store import app_passwords
from licorne.store.audit_view import AuditFilter
from licorne.vault.access_secrets import app_password_lookup

NUMBER = PhoneNumber.from_e164("+12125550123")


@pytest.fixture
def set_passphrase(pickup: PickupWorld) -> SetPassphrase:
    world = pickup.world
    return SetPassphrase(
        world.app,
        world.keyring,
        world.directory,
        world.passwords,
        world.reader,
        world.slots,
        world.randomness,
        world.acts,
    )


@pytest.fixture
def nudge(pickup: PickupWorld) -> AskNudge:
    return AskNudge(pickup.world.app, pickup.world.keyring, pickup.world.acts)


@pytest.fixture
def keep(pickup: PickupWorld) -> KeepContact:
    world = pickup.world
    return KeepContact(world.app, world.keyring, world.meet, world.acts)


@pytest.fixture
def look_up(pickup: PickupWorld) -> LookUpContacts:
    return LookUpContacts(pickup.world.app, pickup.world.keyring, pickup.world.acts)


async def jobs(pickup: PickupWorld) -> list[str]:
    rows = await pickup.owner.fetch("SELECT payload FROM jobs.pgqueuer ORDER BY id")
    return [row["payload"].decode() for row in rows]


async def test_a_locked_passphrase_can_be_set_anew_and_only_the_new_one_opens(
    pickup: PickupWorld, set_passphrase: SetPassphrase
):
    """Threat 2: after the lock, it is the member who goes on."""
    token = await pickup.send("sealed twice", passphrase="old words here now")
    for _ in range(6):
        await pickup.use.prove_challenge(token, "wrong guess")
    assert (await pickup.row(token))["challenge"] == "locked"
    member = await pickup.world.as_member(pickup.member)
    delivery = await pickup.delivery(token)
    done = await set_passphrase(member, delivery, "Fresh Words, quite long")
    assert done is PassphraseSet.DONE
    row = await pickup.row(token)
    assert (row["challenge"], row["challenge_tries"]) == ("waiting", 0)
    assert not isinstance(await pickup.use.prove_challenge(token, "old words here now"), Proved)
    assert isinstance(await pickup.use.prove_challenge(token, "fresh words quite long"), Proved)
    assert "challenge_set" in await pickup.story(token)
    assert "member:challenge:set" in await pickup.audit()


async def test_a_passphrase_is_set_by_who_can_read_the_message_and_while_it_waits(
    pickup: PickupWorld, set_passphrase: SetPassphrase
):
    token = await pickup.send("sealed twice", passphrase="old words here now")
    delivery = await pickup.delivery(token)
    charlie = await pickup.world.as_member(await pickup.world.add_member("Charlie Chaplin"))
    assert await set_passphrase(charlie, delivery, "mine now") is PassphraseSet.NOT_FOUND
    member = await pickup.world.as_member(pickup.member)
    row = await pickup.row(token)
    await pickup.world.recall_message(
        pickup.member.organization, row["message_id"], pickup.member.actor
    )
    assert await set_passphrase(member, delivery, "new words") is PassphraseSet.NOT_WAITING


async def test_a_reminder_is_a_job_with_its_audit_row_and_not_repeated_at_once(
    pickup: PickupWorld, nudge: AskNudge
):
    token = await pickup.send()
    member, delivery = await pickup.world.as_member(pickup.member), await pickup.delivery(token)
    assert await nudge(member, delivery) is Nudge.ASKED
    assert await nudge(member, delivery) is Nudge.TOO_SOON
    assert sum('"nudge"' in job for job in await jobs(pickup)) == 1
    assert (await pickup.audit()).count("member:notice:nudge_asked") == 1
    pickup.world.clock.advance(timedelta(hours=5))
    assert await nudge(member, delivery) is Nudge.ASKED


async def test_nobody_is_reminded_of_what_they_read_or_against_their_wish(
    pickup: PickupWorld, nudge: AskNudge
):
    token, other = await pickup.send(), await pickup.send(number="+12125550199")
    member = await pickup.world.as_member(pickup.member)
    charlie = await pickup.world.as_member(await pickup.world.add_member("Charlie Chaplin"))
    assert await nudge(charlie, await pickup.delivery(token)) is Nudge.NOT_FOUND
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    await pickup.use.open_message(contact, await pickup.delivery(token))
    assert await nudge(member, await pickup.delivery(token)) is Nudge.NOT_WAITING
    texting = ChangeTexting(pickup.world.app, pickup.world.acts)
    row = await pickup.row(other)
    assert await texting.stop(member, row["contact_id"])
    assert await nudge(member, await pickup.delivery(other)) is Nudge.OPTED_OUT


async def test_stopped_texts_hold_for_the_whole_practice_until_somebody_asks_again(
    pickup: PickupWorld,
):
    world = pickup.world
    await pickup.send()
    member = await world.as_member(pickup.member)
    contact = await pickup.owner.fetchval("SELECT id FROM contact")
    texting = ChangeTexting(world.app, world.acts)
    assert await texting.stop(member, contact)
    bob = await world.add_member("Bob Babbage")
    draft = Draft(bob.organization, bob.actor, Source.OFFICE, (NUMBER,), Content(None, "Hello"))
    assert isinstance(await world.send_message(draft), Refused)
    assert await texting.start(member, contact)
    assert not isinstance(await world.send_message(draft), Refused)
    audit = await pickup.audit()
    assert "member:texting:stopped" in audit
    assert "member:texting:started" in audit


async def test_a_contact_is_added_once_named_found_and_removed(
    pickup: PickupWorld, keep: KeepContact, look_up: LookUpContacts
):
    member = await pickup.world.as_member(pickup.member)
    first = await keep.add(member, NUMBER, "  Maria   Gonzalez ")
    assert await keep.add(member, NUMBER, "Maria Gonzalez-Ruiz") == first
    listed = await look_up(member, "gonz maria")
    assert [one.name for one in listed.contacts] == ["Maria Gonzalez-Ruiz"]
    assert [one.id for one in (await look_up(member, "555-0123")).contacts] == [first]
    assert (await look_up(member, "smith")).contacts == ()
    assert await keep.rename(member, first, "x" * 121) is NameRefused.TOO_LONG
    assert await keep.remove(member, first)
    assert (await look_up(member)).contacts == ()
    assert (await keep.add(member, NUMBER, "")) == first
    assert len((await look_up(member)).contacts) == 1


async def test_names_and_numbers_lie_sealed_in_the_database(pickup: PickupWorld, keep: KeepContact):
    """Threat 7."""
    member = await pickup.world.as_member(pickup.member)
    await keep.add(member, NUMBER, "Canary Name")
    row = await pickup.owner.fetchrow("SELECT * FROM contact")
    everything = b"".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for v in row)
    assert b"Canary" not in everything
    assert b"2125550123" not in everything


async def test_contacts_of_another_organization_are_nobody(
    pickup: PickupWorld, keep: KeepContact, look_up: LookUpContacts
):
    member = await pickup.world.as_member(pickup.member)
    contact = await keep.add(member, NUMBER, "Maria")
    eve = await pickup.world.as_member(await pickup.world.found("Elsewhere", "Eve Else"))
    assert await look_up.one(eve, contact) is None
    assert (await look_up(eve)).contacts == ()
    assert await keep.rename(eve, contact, "Mallory") is False
    assert await keep.remove(eve, contact) is False
    assert await ChangeTexting(pickup.world.app, pickup.world.acts).stop(eve, contact) is False


async def test_an_app_password_is_shown_once_kept_as_a_hash_and_revoked_by_its_owner(
    pickup: PickupWorld,
):
    world = pickup.world
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    member = await world.as_member(pickup.member)
    made = await keep.add(member, "  Thunderbird  at the desk ")
    assert made.label == "Thunderbird at the desk"
    stored = await pickup.owner.fetchval("SELECT secret_hash FROM app_password")
    assert stored == app_password_lookup(world.keyring, made.secret)
    assert made.secret not in repr(made)
    charlie = await world.as_member(await world.add_member("Charlie Chaplin"))
    assert not await keep.revoke(charlie, made.id)
    assert await keep.revoke(member, made.id)
    assert await keep.list(member) == ()
    async with world.app.before_tenant() as connection:
        found = await app_passwords.find(connection, stored)
    assert found.revoked
    assert "member:app_password:revoked" in await pickup.audit()


async def test_app_passwords_are_limited_in_number(pickup: PickupWorld):
    world = pickup.world
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    member = await world.as_member(pickup.member)
    for n in range(20):
        await keep.add(member, f"program {n}")
    with pytest.raises(TooManyAppPasswords):
        await keep.add(member, "one more")


async def test_the_audit_trail_is_for_those_who_audit_and_says_who_did_what_to_whom(
    pickup: PickupWorld, keep: KeepContact
):
    world = pickup.world
    read = ReadAudit(world.app, world.keyring, world.acts)
    member = await world.as_member(pickup.member)
    await keep.add(member, NUMBER, "Maria Gonzalez")
    await pickup.send()
    with pytest.raises(NotPermitted):
        await read(member, AuditFilter())
    grace = await world.as_member(await world.add_member("Grace Hopper", Role.OFFICER))
    page = await read(grace, AuditFilter())
    sent = next(one for one in page.events if one.chained.event.tag == "member:message:accepted")
    assert (sent.actor, sent.about.name) == ("Ada Byron", "Maria Gonzalez")
    refused = await read(grace, AuditFilter(outcome=Outcome.REFUSED))
    assert [one.chained.event.tag for one in refused.events] == ["member:access:refused"]
    sessions = await read(grace, AuditFilter(tag_prefix="member:session:"))
    assert {one.chained.event.tag for one in sessions.events} == {"member:session:started"}
    assert "member:audit:seen" in await pickup.audit()


async def test_the_audit_trail_of_another_organization_is_not_in_it(pickup: PickupWorld):
    await pickup.send()
    world = pickup.world
    eve = await world.as_member(await world.found("Elsewhere", "Eve Else"))
    page = await ReadAudit(world.app, world.keyring, world.acts)(eve, AuditFilter())
    tags = {one.chained.event.tag.value for one in page.events}
    assert "member:message:accepted" not in tags
    assert all(one.about is None for one in page.events)
