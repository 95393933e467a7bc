"""Says whose work a team's thread is. Everybody of the team goes on reading it."""

import enum

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, TeamId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import OwnerKind
from licorne.domain.translatable import translatable
from licorne.store import events, members, teams, threads
from licorne.store.database import Connection, Database


class NotAssigned(enum.Enum):
    NO_SUCH_THREAD = translatable("There is no such conversation in your inboxes.")
    NOT_A_TEAMS = translatable("Only a team’s conversation can be given to somebody.")
    NOT_OF_THE_TEAM = translatable("Choose somebody of the team, who can read it.")


class AssignThread:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(
        self, member: SignedInMember, thread: ThreadId, to: MemberId | None
    ) -> NotAssigned | None:
        """Assign it, or leave it to nobody; say why not where it can't be."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            if found is None:
                return NotAssigned.NO_SUCH_THREAD
            if found.inbox.kind is not OwnerKind.TEAM:
                return NotAssigned.NOT_A_TEAMS
            if to is not None and not await self._reads(
                connection, member, TeamId(found.inbox.id), to
            ):
                return NotAssigned.NOT_OF_THE_TEAM
            await threads.assign(connection, organization, thread, to)
            # The trail names the thread; to whom it went, the detail: an id is no name.
            await self._acts.record(
                connection,
                member,
                Tag.THREAD_ASSIGNED,
                thread,
                detail="nobody" if to is None else str(to),
            )
            change = events.Change(organization, events.Changed.THREAD, thread)
            await events.announce_change(connection, change)
        return None

    async def _reads(
        self, connection: Connection, member: SignedInMember, team: TeamId, to: MemberId
    ) -> bool:
        organization = member.organization.id
        found = await teams.fetch(connection, organization, team)
        row = await members.fetch(connection, organization, to)
        return found is not None and to in found.members and row is not None and row.may_act
