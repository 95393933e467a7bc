"""A member puts a thread away as done, or back into the inbox."""

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ThreadId
from licorne.domain.identity.permission import Permission
from licorne.store import events, threads
from licorne.store.database import Database


class MarkThread:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, member: SignedInMember, thread: ThreadId, *, done: bool) -> bool:
        """Mark it; False for a thread that is in none of this member's inboxes."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            if found is None:
                return False
            at = self._acts.now() if done else None
            await threads.set_done(connection, organization, thread, at)
            await self._acts.record(
                connection,
                member,
                Tag.MEMBER_MARKED_THREAD,
                thread,
                detail="done" if done else "inbox",
            )
            change = events.Change(organization, events.Changed.THREAD, thread)
            await events.announce_change(connection, change)
        return True
