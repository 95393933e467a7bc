"""A team's thread: shared, somebody's work, noted on, put away; and the contact sees only messages."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from tests.support.pickup_world import COOKIE
from tests.support.team_world import TeamWorld, team_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.assign_thread import NotAssigned
from licorne.application.keeping.destroy_records import Destroyed, WhyKept
from licorne.application.receiving.open_sealed import CopyEnded, NotGranted
from licorne.application.receiving.write_note import LONGEST_NOTE, NotNoted
from licorne.application.sending.seal import NoKeys
from licorne.domain.identity.ids import ContactId, MessageId, ThreadId
from licorne.domain.message.thread import ThreadFilter
from licorne.domain.records.certificate import Cause

CANARY = "Canary-of-the-team-3K"


@pytest_asyncio.fixture
async def team(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[TeamWorld]:
    async with team_world(cluster, tmp_path) as world:
        yield world


async def test_what_one_of_a_team_writes_and_what_is_answered_all_of_it_read(team: TeamWorld):
    thread = await team.write(team.ada)
    await team.reply(thread, "Thank you.")
    assert await team.write(team.bob, "You are welcome.") == thread
    for person in (team.ada, team.bob):
        read = await team.office.read_thread(await team.as_member(person), thread)
        assert read is not None
        assert [one.content.text for one in read.messages] == [
            "Your results are in.", "Thank you.", "You are welcome.",
        ]  # fmt: skip
    assert await team.office.read_thread(await team.as_member(team.charlie), thread) is None


async def test_nobody_writes_for_a_team_who_isnt_of_it_or_still_waits(team: TeamWorld):
    with pytest.raises(NoKeys):
        await team.write(team.charlie)
    await team.replies.pickup.owner.execute(
        "UPDATE team_member SET pending = true WHERE member_id = $1", team.bob.id
    )
    with pytest.raises(NoKeys):
        await team.write(team.bob)


async def test_a_thread_is_given_to_somebody_of_the_team_and_lists_follow(team: TeamWorld):
    thread = await team.write(team.ada)
    ada, bob = await team.as_member(team.ada), await team.as_member(team.bob)

    async def listed(member, wanted: ThreadFilter) -> list[tuple[ThreadId, str | None]]:
        page = await team.office.list_threads(member, wanted)
        return [(one.summary.thread.id, one.assignee) for one in page.threads]

    assert await listed(ada, ThreadFilter.UNASSIGNED) == [(thread, None)]
    assert await team.office.assign(ada, thread, team.bob.id) is None
    assert await listed(ada, ThreadFilter.UNASSIGNED) == []
    assert await listed(ada, ThreadFilter.MINE) == []
    assert await listed(bob, ThreadFilter.MINE) == [(thread, "Bob Hale")]
    work = await team.office.thread_work(ada, thread)
    assert work is not None
    assert (work.team, work.assigned_to and work.assigned_to.name) == ("Front desk", "Bob Hale")
    assert await team.office.mark_thread(bob, thread, done=True)
    assert await listed(bob, ThreadFilter.MINE) == []
    await team.reply(thread)  # brings it back
    assert await listed(bob, ThreadFilter.MINE) == [(thread, "Bob Hale")]
    assert await team.office.assign(bob, thread, None) is None
    assert await listed(ada, ThreadFilter.UNASSIGNED) == [(thread, None)]
    assert (await team.audit()).count("member:thread:assigned") == 2


async def test_a_thread_goes_to_nobody_who_cant_read_it_and_no_private_one_to_anybody(
    team: TeamWorld,
):
    thread = await team.write(team.ada)
    ada, charlie = await team.as_member(team.ada), await team.as_member(team.charlie)
    assert await team.office.assign(ada, thread, team.charlie.id) is NotAssigned.NOT_OF_THE_TEAM
    assert await team.office.assign(charlie, thread, charlie.id) is NotAssigned.NO_SUCH_THREAD
    own = (await team.world.send(team.ada, "+12125550177", "Hello.")).deliveries[0].thread
    assert await team.office.assign(ada, own, team.bob.id) is NotAssigned.NOT_A_TEAMS
    assert "member:thread:assigned" not in await team.audit()


async def test_the_mail_about_a_reply_goes_to_whom_the_thread_was_given(team: TeamWorld):
    thread = await team.write(team.ada)
    await team.reply(thread)
    await team.replies.work()
    assert {one.to for one in team.replies.post.mails} == {team.ada.email, team.bob.email}
    team.replies.post.mails.clear()
    ada = await team.as_member(team.ada)
    other = await team.write(team.ada, number="+12125550188")
    await team.office.assign(ada, other, team.bob.id)
    await team.office.read_thread(ada, thread)
    await team.reply(other)
    await team.replies.work()
    assert {one.to for one in team.replies.post.mails} == {team.bob.email}


async def test_a_note_is_read_by_the_team_and_is_in_the_trail(team: TeamWorld):
    thread = await team.write(team.ada)
    ada, bob = await team.as_member(team.ada), await team.as_member(team.bob)
    kept = await team.office.note(ada, thread, f"  {CANARY}\n")
    assert not isinstance(kept, NotNoted)
    work = await team.office.thread_work(bob, thread)
    assert work is not None
    assert [(one.author, one.by_reader, one.text) for one in work.notes] == [
        ("Ada Byron", False, CANARY)
    ]
    tags = await team.audit()
    assert "member:note:added" in tags
    assert "member:message:opened" in tags
    read = await team.office.read_thread(ada, thread)
    assert read is not None
    assert CANARY not in str(read)  # apart from the messages
    charlie = await team.as_member(team.charlie)
    assert await team.office.thread_work(charlie, thread) is None
    assert await team.office.note(charlie, thread, "x") is NotNoted.NO_SUCH_THREAD
    assert await team.office.note(ada, thread, " \n") is NotNoted.EMPTY
    assert await team.office.note(ada, thread, "x" * (LONGEST_NOTE + 1)) is NotNoted.TOO_LONG


async def test_a_note_never_comes_to_the_contact(team: TeamWorld):
    """Neither by a page nor by a key: nothing of theirs opens it."""
    pickup = team.replies.pickup
    thread = await team.write(team.ada)
    ada = await team.as_member(team.ada)
    note = await team.office.note(ada, thread, CANARY)
    assert not isinstance(note, NotNoted)
    await team.reply(thread)
    row = await pickup.row(team.tokens[thread])
    cookie, mailbox = team.replies._claimed[row["mailbox_id"]], row["mailbox_id"]
    pages = [f"/m/{mailbox}"]
    for of in await pickup.owner.fetch("SELECT id FROM delivery UNION SELECT id FROM message"):
        pages += [f"/m/{mailbox}/{of['id']}{more}" for more in ("", "/formatted", "/sent")]
    shown = []
    async with pickup.serving() as url, httpx.AsyncClient(base_url=url) as http:
        for page in pages:
            answer = await http.get(page, headers={"Cookie": f"{COOKIE}={cookie}"})
            shown.append(answer.text)
    assert any("Your results are in." in text for text in shown)
    assert not any(CANARY in text for text in shown)

    readers = await pickup.owner.fetch(
        "SELECT reader_kind, copy FROM key_grant WHERE message_id = $1", note
    )
    assert {tuple(one) for one in readers} == {("team", "practice"), ("record", "practice")}
    assert (
        await pickup.owner.fetchval("SELECT count(*) FROM delivery WHERE message_id=$1", note) == 0
    )
    contact = await pickup.contact(cookie, mailbox)
    async with team.world.app.tenant(team.ada.organization) as connection:
        with pytest.raises((CopyEnded, NotGranted)):
            await team.world.reader.open(
                connection, team.ada.organization, MessageId(note), contact.key
            )


async def test_a_note_isnt_ended_as_a_contacts_copy_is(team: TeamWorld):
    thread = await team.write(team.ada)
    ada = await team.as_member(team.ada)
    note = await team.office.note(ada, thread, CANARY)
    due = await team.replies.pickup.owner.fetch(
        "SELECT message_id FROM due_expiries(now() + interval '100 years', 100)"
    )
    assert note not in {one["message_id"] for one in due}
    assert len(due) == 1  # the message beside it


async def test_a_note_is_held_and_destroyed_with_its_thread(team: TeamWorld):
    thread = await team.write(team.ada)
    note = await team.office.note(await team.as_member(team.ada), thread, CANARY)
    owner = await team.as_member(team.owner)
    pickup = team.replies.pickup
    contact = ContactId((await pickup.row(team.tokens[thread]))["contact_id"])
    destroy = team.office.destroy
    held = "SELECT record_is_held($1, $2)"
    hold = await team.office.holds.place(owner, contact, thread, "A lawsuit.")
    assert isinstance(hold, uuid.UUID)
    assert await pickup.owner.fetchval(held, team.ada.organization, note)
    assert await destroy(owner, contact, thread, Cause.ORDERED) is WhyKept.HELD
    await team.office.holds.release(owner, hold, "It is over.")
    assert not await pickup.owner.fetchval(held, team.ada.organization, note)
    assert await destroy(owner, contact, thread, Cause.ORDERED) == Destroyed(2, 0)
    work = await team.office.thread_work(await team.as_member(team.bob), thread)
    assert work is not None
    assert [one.text for one in work.notes] == [None]
