"""What a member sees of their conversations, and what nobody else does."""

import uuid
from typing import Any

import pytest
from tests.support.api_world import service_of_a_team
from tests.support.pickup_world import PickupWorld

from licorne.application.receiving.list_threads import ListThreads
from licorne.application.receiving.member_download import MemberDownload
from licorne.application.receiving.read_thread import (
    MESSAGES_AT_ONCE,
    Readable,
    ReadThread,
    Unreadable,
)
from licorne.application.sending.outcome import Sent, SentDelivery
from licorne.domain.identity.ids import DeliveryId, ThreadId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Draft, Source
from licorne.domain.message.thread import Direction, ThreadFilter
from licorne.store import deliveries, threads


@pytest.fixture
def read(pickup: PickupWorld) -> ReadThread:
    world = pickup.world
    return ReadThread(world.app, world.keyring, world.reader, world.acts)


@pytest.fixture
def listing(pickup: PickupWorld) -> ListThreads:
    return ListThreads(pickup.world.app, pickup.world.keyring, pickup.world.acts)


@pytest.fixture
def download(pickup: PickupWorld) -> MemberDownload:
    world = pickup.world
    return MemberDownload(world.app, world.keyring, world.reader, world.blobs, world.acts)


async def send(
    pickup: PickupWorld,
    text: str = "Your results are in.",
    number: str = "+12125550123",
    **others: Any,
) -> SentDelivery:
    return (await pickup.world.send(pickup.member, number, text, **others)).deliveries[0]


async def test_a_member_reads_what_they_and_the_contact_wrote(
    pickup: PickupWorld, read: ReadThread
):
    sent = await send(pickup, subject="Results")
    await pickup.world.reply(pickup.member, sent, "Thank you.")
    member = await pickup.world.as_member(pickup.member)
    thread = await read(member, sent.thread)
    assert [one.content.text for one in thread.messages] == ["Your results are in.", "Thank you."]
    assert [one.facts.direction for one in thread.messages] == [Direction.OUT, Direction.IN]
    assert thread.messages[0].content.subject == "Results"
    assert thread.messages[0].by_reader
    assert thread.messages[1].author_name is None
    assert (await pickup.audit()).count("member:message:opened") == 2


async def test_reading_a_reply_marks_it_as_seen_once(
    pickup: PickupWorld, read: ReadThread, listing: ListThreads
):
    sent = await send(pickup)
    await pickup.world.reply(pickup.member, sent, "Thank you.")
    member = await pickup.world.as_member(pickup.member)
    assert (await listing(member, ThreadFilter.UNREAD)).unread == 1
    assert (await read(member, sent.thread)).messages[1].facts.state is DeliveryState.RECEIVED
    again = (await read(member, sent.thread)).messages[1]
    assert again.facts.state is DeliveryState.SEEN
    assert [step.state for step in again.story] == ["received", "seen"]
    after = await listing(member, ThreadFilter.UNREAD)
    assert (after.unread, after.threads) == (0, ())


async def test_another_member_finds_no_such_thread_and_the_try_is_recorded(
    pickup: PickupWorld, read: ReadThread, listing: ListThreads
):
    sent = await send(pickup)
    charlie = await pickup.world.as_member(await pickup.world.add_member("Charlie Chaplin"))
    assert await read(charlie, sent.thread) is None
    assert (await listing(charlie, None)).threads == ()
    assert "member:access:refused (refused)" in await pickup.audit()


async def test_another_organization_finds_no_such_thread(
    pickup: PickupWorld, read: ReadThread, listing: ListThreads, download: MemberDownload
):
    """Threat 12."""
    sent = await send(pickup, attachments=(Attachment("a.txt", "text/plain", b"a"),))
    elsewhere = await pickup.world.as_member(await pickup.world.found("Elsewhere", "Eve Else"))
    assert await read(elsewhere, sent.thread) is None
    assert await download(elsewhere, sent.id, 1) is None
    assert await download.formatted(elsewhere, sent.id) is None
    assert (await listing(elsewhere, None)).threads == ()
    assert (await listing.search(elsewhere, "555")).threads == ()


async def test_a_changed_row_hides_one_message_and_no_other(pickup: PickupWorld, read: ReadThread):
    """Threat 10, as a member meets it."""
    sent = await send(pickup, "first")
    await send(pickup, "second")
    await pickup.owner.execute(
        "UPDATE message_part SET sealed = overlay(sealed placing '\\x00'::bytea from 20)"
        " WHERE message_id = (SELECT message_id FROM delivery WHERE id = $1)",
        sent.id,
    )
    member = await pickup.world.as_member(pickup.member)
    contents = [one.content for one in (await read(member, sent.thread)).messages]
    assert contents[0] == Unreadable("damaged")
    assert isinstance(contents[1], Readable)
    assert "member:message:opened (refused)" in await pickup.audit()


async def test_earlier_messages_come_page_by_page(pickup: PickupWorld, read: ReadThread):
    sent = None
    for n in range(MESSAGES_AT_ONCE + 3):
        sent = await send(pickup, f"message {n}")
    member = await pickup.world.as_member(pickup.member)
    latest = await read(member, sent.thread)
    assert latest.has_earlier
    assert latest.messages[-1].content.text == f"message {MESSAGES_AT_ONCE + 2}"
    earlier = await read(member, sent.thread, before=latest.messages[0].facts.delivery)
    assert [one.content.text for one in earlier.messages] == ["message 0", "message 1", "message 2"]
    assert not earlier.has_earlier


async def test_filters_show_what_they_say(pickup: PickupWorld, listing: ListThreads):
    world, member = pickup.world, await pickup.world.as_member(pickup.member)
    waiting, failed, answered, done = [
        await send(pickup, number=f"+1212555014{n}") for n in range(4)
    ]
    async with world.app.tenant(pickup.member.organization) as connection:
        at = world.clock.now()
        await deliveries.move(
            connection,
            pickup.member.organization,
            failed.id,
            DeliveryState.FAILED,
            world.new_id(),
            at,
            "landline",
        )
        await threads.set_done(connection, pickup.member.organization, done.thread, at)
    await world.reply(pickup.member, answered, "Yes.")

    async def shown(wanted: ThreadFilter) -> set[uuid.UUID]:
        return {one.summary.thread.id for one in (await listing(member, wanted)).threads}

    assert await shown(ThreadFilter.INBOX) == {waiting.thread, failed.thread, answered.thread}
    assert await shown(ThreadFilter.UNREAD) == {answered.thread}
    assert await shown(ThreadFilter.WAITING) == {waiting.thread, done.thread}
    assert await shown(ThreadFilter.TROUBLE) == {failed.thread}
    assert await shown(ThreadFilter.DONE) == {done.thread}
    await world.reply(pickup.member, done, "One more thing.")
    assert done.thread in await shown(ThreadFilter.INBOX)


async def test_a_list_says_nothing_of_what_messages_say_and_looking_is_recorded(
    pickup: PickupWorld, listing: ListThreads
):
    await send(pickup, "canary-in-the-list", subject="canary-subject")
    member = await pickup.world.as_member(pickup.member)
    page = await listing(member, ThreadFilter.INBOX)
    assert "canary" not in repr(page)
    assert (await pickup.audit())[-1] == "member:inbox:seen"


async def test_long_lists_come_in_pages_without_gaps(
    pickup: PickupWorld, listing: ListThreads, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("licorne.application.receiving.list_threads.THREADS_AT_ONCE", 2)
    sent = [await send(pickup, number=f"+1212555015{n}") for n in range(5)]
    member = await pickup.world.as_member(pickup.member)
    seen, after = [], None
    while True:
        page = await listing(member, ThreadFilter.INBOX, after=after)
        seen += [one.summary.thread.id for one in page.threads]
        if page.next is None:
            break
        after = page.next
    assert seen == [one.thread for one in reversed(sent)]


async def test_search_finds_by_name_and_by_digits_of_the_number(
    pickup: PickupWorld, listing: ListThreads
):
    world = pickup.world
    sent = await send(pickup, number="+12125550160")
    await world.meet(
        pickup.member.organization, sent.number, pickup.member.actor
    )  # it is known already: nothing changes
    member = await world.as_member(pickup.member)
    for words in ("0160", "(212) 555-0160", "212 5550160"):
        found = await listing.search(member, words)
        assert [one.summary.thread.id for one in found.threads] == [sent.thread], words
    assert (await listing.search(member, "nobody")).threads == ()


async def test_an_attachment_comes_as_it_was_sent_and_is_recorded(
    pickup: PickupWorld, download: MemberDownload
):
    large = bytes(range(256)) * 1000
    sent = await send(
        pickup,
        attachments=(
            Attachment("small.txt", "text/plain", b"small"),
            Attachment("large.bin", "application/octet-stream", large),
        ),
    )
    member = await pickup.world.as_member(pickup.member)
    for part, content in ((1, b"small"), (2, large)):
        found = await download(member, sent.id, part)
        assert b"".join([piece async for piece in found.content]) == content
        assert found.entry.size == len(content)
    assert await download(member, sent.id, 3) is None
    assert (await pickup.audit()).count("member:attachment:downloaded") >= 2


async def test_nobody_reads_by_guessing_ids(
    pickup: PickupWorld, read: ReadThread, download: MemberDownload
):
    member = await pickup.world.as_member(pickup.member)
    unknown = pickup.world.new_id()
    assert await read(member, ThreadId(unknown)) is None
    assert await download(member, DeliveryId(unknown), 0) is None


async def test_a_teams_inbox_is_read_by_its_members_and_by_nobody_else(
    pickup: PickupWorld, read: ReadThread, listing: ListThreads
):
    world = pickup.world
    owner = await world.found("Team Practice", "Olga Owner")
    bob = await world.add_member("Bob Babbage", organization=owner.organization)
    charlie = await world.add_member("Charlie Chaplin", organization=owner.organization)
    service = await service_of_a_team(world, owner, bob)
    draft = Draft(
        owner.organization,
        service,
        Source.API,
        (PhoneNumber.from_e164("+12125550188"),),
        Content(None, "Your appointment is on Monday."),
    )
    sent = await world.send_message(draft)
    assert isinstance(sent, Sent)
    thread = sent.deliveries[0].thread
    member = await world.as_member(bob)
    opened = await read(member, thread)
    assert opened is not None
    assert opened.messages[0].content.text == "Your appointment is on Monday."
    assert opened.messages[0].author_name == "Scheduler"
    assert not opened.messages[0].by_reader
    assert [one.summary.thread.id for one in (await listing(member, None)).threads] == [thread]
    for outsider in (owner, charlie):
        assert await read(await world.as_member(outsider), thread) is None


async def test_search_finds_an_old_conversation_by_the_whole_number(
    pickup: PickupWorld, listing: ListThreads, monkeypatch: pytest.MonkeyPatch
):
    old, _new = await send(pickup), await send(pickup, number="+12125550161")
    monkeypatch.setattr("licorne.application.receiving.list_threads.MOST_SEARCHED", 1)
    member = await pickup.world.as_member(pickup.member)
    found = await listing.search(member, "(212) 555-0123")
    assert [one.summary.thread.id for one in found.threads] == [old.thread]
