"""A reply that nobody opens becomes a colleague's business: a mail, and only what they may see."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest_asyncio
from tests.support.reply_world import OFFICE
from tests.support.team_world import TeamWorld, team_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.keep_inbox_rules import RuleRefused
from licorne.domain.message.thread import Inbox, OwnerKind

FOUR_HOURS = timedelta(hours=4)
CANARY = "Canary-of-the-reply-9Z"


@pytest_asyncio.fixture
async def team(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[TeamWorld]:
    async with team_world(cluster, tmp_path) as world:
        yield world


async def wait_four_hours(team: TeamWorld) -> list[str]:
    """Let the first mails go and the hours pass; give whom mails went to after that."""
    await team.replies.work()
    team.replies.post.mails.clear()
    team.world.clock.advance(FOUR_HOURS)
    await team.replies.work(FOUR_HOURS)
    return [one.to for one in team.replies.post.mails]


async def test_a_teams_unread_reply_is_told_to_the_named_colleague_with_a_link(team: TeamWorld):
    inbox = Inbox(OwnerKind.TEAM, team.team)
    ada = await team.as_member(team.ada)
    assert await team.office.rules.escalate(ada, inbox, 4, team.bob.id) is None
    thread = await team.write(team.ada)
    await team.reply(thread, CANARY)
    assert await wait_four_hours(team) == [team.bob.email]
    (mail,) = team.replies.post.mails
    assert f"{OFFICE}/office/mail/inbox/{thread}" in mail.text
    assert "Front desk" in mail.text
    assert CANARY not in mail.raw.decode() + mail.text
    assert "system:reply:escalated" in await team.audit()
    await team.replies.work(timedelta(days=1))
    assert len(team.replies.post.mails) == 1  # once


async def test_a_colleague_who_cant_read_it_is_told_whom_to_ask_and_gets_no_link(team: TeamWorld):
    own = Inbox(OwnerKind.MEMBER, team.ada.id)
    ada = await team.as_member(team.ada)
    assert await team.office.rules.escalate(ada, own, 4, team.charlie.id) is None
    rules = await team.office.rules(ada, own)
    assert rules is not None
    assert (rules.can_read, rules.escalation and rules.escalation.after) == (False, FOUR_HOURS)
    token = await team.replies.pickup.send()
    await team.replies.reply(token, CANARY)
    assert await wait_four_hours(team) == [team.charlie.email]
    (mail,) = team.replies.post.mails
    assert "Ask Ada Byron, or an owner of the practice." in mail.text
    assert team.replies.links() == []
    assert CANARY not in mail.raw.decode() + mail.text


async def test_nobody_is_told_of_what_was_read_or_when_it_is_off_or_of_who_has_gone(
    team: TeamWorld,
):
    inbox = Inbox(OwnerKind.TEAM, team.team)
    ada = await team.as_member(team.ada)
    thread = await team.write(team.ada)
    await team.office.rules.escalate(ada, inbox, 4, team.charlie.id)
    await team.reply(thread)
    await team.replies.work()
    await team.office.read_thread(ada, thread)
    assert await wait_four_hours(team) == []  # it was read

    team.world.clock.advance(-FOUR_HOURS)
    await team.reply(thread)
    await team.replies.work()
    await team.office.rules.escalate(ada, inbox, None, None)
    assert await wait_four_hours(team) == []  # it was switched off
    assert "system:reply:escalated" not in await team.audit()


async def test_one_who_has_gone_is_told_nothing(team: TeamWorld):
    inbox = Inbox(OwnerKind.TEAM, team.team)
    await team.office.rules.escalate(await team.as_member(team.ada), inbox, 4, team.charlie.id)
    await team.reply(await team.write(team.ada))
    await team.replies.pickup.owner.execute(
        "UPDATE member SET suspended_at = now() WHERE id = $1", team.charlie.id
    )
    assert await wait_four_hours(team) == []


async def test_rules_are_for_ones_own_inbox_and_ones_teams_and_name_a_colleague(team: TeamWorld):
    inbox = Inbox(OwnerKind.TEAM, team.team)
    ada = await team.as_member(team.ada)
    rules = team.office.rules
    assert await rules.escalate(ada, inbox, 5, team.bob.id) is RuleRefused.HOURS
    own = Inbox(OwnerKind.MEMBER, team.ada.id)
    assert await rules.escalate(ada, own, 4, team.ada.id) is RuleRefused.NO_COLLEAGUE
    assert await rules.escalate(ada, inbox, 4, None) is RuleRefused.NO_COLLEAGUE
    found = await rules(await team.as_member(team.owner), inbox)  # an owner keeps teams
    assert found is not None
    assert found.escalation is None
