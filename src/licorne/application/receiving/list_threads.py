"""A member looks through their inboxes. A list tells that there is a message, not what it says."""

from dataclasses import dataclass

from licorne.application.contact_with_number import contact_with_number
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import ThreadCursor, ThreadFilter, ThreadSummary
from licorne.store import members, threads
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name

THREADS_AT_ONCE = 50
MOST_SEARCHED = 5000


@dataclass(frozen=True, slots=True)
class ListedThread:
    summary: ThreadSummary
    contact: NamedContact
    assignee: str | None = None  # the name of whom a team's thread is assigned to


@dataclass(frozen=True, slots=True)
class ThreadPage:
    threads: tuple[ListedThread, ...]
    next: ThreadCursor | None
    unread: int  # replies in all inboxes that nobody has opened


class ListThreads:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def __call__(
        self,
        member: SignedInMember,
        wanted: ThreadFilter | None,
        *,
        after: ThreadCursor | None = None,
        contact: ContactId | None = None,
        by_person: bool = True,
    ) -> ThreadPage:
        """List a page of threads; ``by_person`` is false for what a page asks by itself."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.summaries(
                connection,
                organization,
                member.inboxes,
                wanted,
                contact=contact,
                after=after,
                most=THREADS_AT_ONCE + 1,
                member=member.id,
            )
            unread = await threads.unread(connection, organization, member.inboxes)
            if by_person and after is None:
                await self._acts.record(
                    connection,
                    member,
                    Tag.MEMBER_SAW_INBOX,
                    detail=None if wanted is None else wanted.value,
                )
            shown = found[:THREADS_AT_ONCE]
            assignees = await self._assignees(connection, organization, shown)
        more = len(found) > THREADS_AT_ONCE
        return ThreadPage(
            threads=self._named(shown, assignees),
            next=ThreadCursor(shown[-1].last_at, shown[-1].thread.id) if more else None,
            unread=unread,
        )

    async def search(self, member: SignedInMember, words: str) -> ThreadPage:
        """Find threads by a contact's name or number.

        Names are sealed, so they are opened here and compared in memory; nothing is kept.
        """
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.summaries(
                connection, organization, member.inboxes, None, most=MOST_SEARCHED
            )
            exact = await contact_with_number(connection, self._keyring, member.organization, words)
            if exact is not None:
                with_them = await threads.summaries(
                    connection, organization, member.inboxes, None, contact=exact.id
                )
                found = (*with_them, *(one for one in found if one not in with_them))
            unread = await threads.unread(connection, organization, member.inboxes)
            await self._acts.record(connection, member, Tag.MEMBER_SAW_INBOX, detail="search")
            assignees = await self._assignees(connection, organization, found)
        named = self._named(found, assignees)
        matching = tuple(one for one in named if one.contact.matches(words))
        return ThreadPage(matching[:THREADS_AT_ONCE], None, unread)

    def _named(
        self, found: tuple[ThreadSummary, ...], assignees: dict[MemberId, str]
    ) -> tuple[ListedThread, ...]:
        return tuple(
            ListedThread(
                one,
                name_contact(self._keyring, one.contact),
                assignees.get(one.thread.assigned_to) if one.thread.assigned_to else None,
            )
            for one in found
        )

    async def _assignees(
        self,
        connection: Connection,
        organization: OrganizationId,
        found: tuple[ThreadSummary, ...],
    ) -> dict[MemberId, str]:
        wanted = {one.thread.assigned_to for one in found} - {None}
        if not wanted:
            return {}
        rows = await members.fetch_all(connection, organization)
        return {
            row.id: open_member_name(self._keyring, organization, row.id, row.name_sealed)
            for row in rows
            if row.id in wanted
        }
