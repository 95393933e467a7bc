"""A member leaves: everything they got in by ends, and a colleague or team takes over, in one act.

One transaction: sessions, app passwords and tokens die, the member's keys are dead, their teams get
new keys, their threads belong to the successor. What was written in these threads is handed over by
`HandOver`, at once where the one who lets go opens the practice's copies.
45 CFR 164.308(a)(3)(ii)(C).
"""

import enum
from dataclasses import dataclass

from licorne.application.acting_member import ActingMember
from licorne.application.governing.govern_in_turn import govern_in_turn
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, OrganizationId, TeamId
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.team import Team
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.translatable import translatable
from licorne.store import (
    events,
    handovers,
    member_access,
    members,
    offboarding,
    passkeys,
    reader_keys,
    record_keys,
    teams,
    threads,
)
from licorne.store.database import Connection, Database


class WhyStay(enum.Enum):
    """Why somebody wasn't let go."""

    NOT_FOUND = translatable("There is no such member.")
    NOT_ALLOWED = translatable("Only an owner can do this to an owner or an officer.")
    ONESELF = translatable("You can’t do this to yourself. Ask another owner.")
    NO_SUCCESSOR = translatable("Choose a colleague or a team who can take the conversations over.")
    ONLY_RECORD_HOLDER = translatable(
        "Nobody else opens the practice’s copies. They would be lost with this member’s key. Let a"
        " second officer hold a share first, or print a recovery kit."
    )


@dataclass(frozen=True, slots=True)
class LetGone:
    threads: int
    teams: int  # that got a new key


class LetGo:
    def __init__(
        self,
        database: Database,
        team_keys: TeamKeys,
        holders: RecordHolders,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._team_keys = team_keys
        self._holders = holders
        self._acts = acts

    async def __call__(
        self, by: ActingMember, member: MemberId, successor: Inbox
    ) -> LetGone | WhyStay:
        """Let a member go; a refusal is recorded. Raises `NotPermitted`."""
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            refused = await self._why_not(connection, by, member, successor)
            if refused is not None:
                await self._acts.record(
                    connection,
                    by,
                    Tag.MEMBER_REMOVED,
                    member,
                    outcome=Outcome.REFUSED,
                    detail=refused.name.lower(),
                )
                return refused
            return await self._let_go(connection, by, member, successor)

    async def _let_go(
        self, connection: Connection, by: ActingMember, member: MemberId, successor: Inbox
    ) -> LetGone:
        organization, now = by.organization.id, self._acts.now()
        await members.remove(connection, organization, member, now)
        await member_access.end_all(connection, organization, member, now)
        await offboarding.withdraw_invitations(connection, organization, member, now)
        held = await self._holders.leave(connection, by, member)
        await offboarding.end_keys(connection, organization, member)
        await reader_keys.remove_all_wraps_of(connection, organization, member)
        await record_keys.remove_emergency_opener(connection, organization, member)
        if held:
            await self._acts.record(connection, by, Tag.RECORD_HOLDER_REMOVED, member)
        await passkeys.remove_all_of(connection, organization, member)
        await threads.assign_anew(connection, organization, member)
        left = [
            team
            for team in await teams.fetch_all(connection, organization)
            if member in (*team.members, *team.pending)
        ]
        for team in left:
            await self._leave(connection, by, member, team, successor)
        moved = await offboarding.threads_of(connection, organization, member)
        for thread in moved:
            await offboarding.move_thread(connection, organization, thread, successor)
            await self._acts.record(connection, by, Tag.THREAD_REASSIGNED, thread)
            change = events.Change(organization, events.Changed.THREAD, thread)
            await events.announce_change(connection, change)
        if moved:
            await handovers.ask(connection, organization, successor, now)
        await handovers.close(connection, organization, Inbox(OwnerKind.MEMBER, member))
        await self._acts.record(connection, by, Tag.MEMBER_REMOVED, member, detail="let_go")
        return LetGone(len(moved), len(left))

    async def _leave(
        self,
        connection: Connection,
        by: ActingMember,
        member: MemberId,
        team: Team,
        successor: Inbox,
    ) -> None:
        """Take a member out of a team, whose next messages go to a key that they never had.

        A team that would have nobody left gets the successor, or else whoever lets the member go.
        """
        organization = by.organization.id
        await teams.remove_member(connection, organization, team.id, member)
        holders = tuple(one for one in team.members if one != member)
        if not holders:
            named = MemberId(successor.id) if successor.kind is OwnerKind.MEMBER else by.id
            holders = (named,)
            await teams.add_member(connection, organization, team.id, named)
            inbox = Inbox(OwnerKind.TEAM, team.id)
            await handovers.ask(connection, organization, inbox, self._acts.now())
        await self._team_keys.renew(connection, organization, team.id, holders)
        await self._acts.record(connection, by, Tag.TEAM_KEY_RENEWED, team.id)

    async def _why_not(
        self, connection: Connection, by: ActingMember, member: MemberId, successor: Inbox
    ) -> WhyStay | None:
        organization = by.organization.id
        row, may = await govern_in_turn(connection, by, member)
        if row is None or row.removed_at is not None:
            return WhyStay.NOT_FOUND
        if row.id == by.id:
            return WhyStay.ONESELF
        if not may:
            return WhyStay.NOT_ALLOWED
        if not await self._can_succeed(connection, organization, member, successor):
            return WhyStay.NO_SUCCESSOR
        if not await self._holders.can_leave(connection, by, member):
            return WhyStay.ONLY_RECORD_HOLDER
        return None

    async def _can_succeed(
        self,
        connection: Connection,
        organization: OrganizationId,
        member: MemberId,
        successor: Inbox,
    ) -> bool:
        if successor.kind is OwnerKind.TEAM:
            team = await teams.fetch(connection, organization, TeamId(successor.id))
            return team is not None and any(one != member for one in team.members)
        row = await members.fetch(connection, organization, MemberId(successor.id))
        return (
            row is not None
            and row.may_act
            and row.id != member
            and is_allowed(row.role, Permission.READ_MESSAGES)
        )
