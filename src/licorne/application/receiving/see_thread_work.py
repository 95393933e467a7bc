"""The practice's own side of a thread: what it noted for itself, and whose work it is.

Each note that is opened leaves an audit row, as each message does.
"""

from dataclasses import dataclass
from datetime import datetime

from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import CopyEnded, NotGranted, SealedReader
from licorne.application.receiving.read_thread import open_with_any
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, MessageId, OrganizationId, TeamId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import OwnerKind, Thread
from licorne.domain.sealing.faults import SealBroken
from licorne.store import members, teams, thread_notes, threads
from licorne.store.database import Connection, Database
from licorne.store.thread_notes import ThreadNote
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name
from licorne.vault.reader_keys import OpenReaderKey

NOTES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ReadNote:
    """``text`` is none where the note can't be opened by this member."""

    message: MessageId
    author: str
    by_reader: bool
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class Colleague:
    id: MemberId
    name: str


@dataclass(frozen=True, slots=True)
class ThreadWork:
    """``team`` is empty for a member's own thread, which can't be assigned."""

    notes: tuple[ReadNote, ...]  # oldest first
    team: str
    colleagues: tuple[Colleague, ...]  # who may be given it, the reader among them
    assigned_to: Colleague | None


class SeeThreadWork:
    def __init__(
        self, database: Database, keyring: Keyring, reader: SealedReader, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._reader = reader
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(self, member: SignedInMember, thread: ThreadId) -> ThreadWork | None:
        """Read it; nothing for a thread that is in none of this member's inboxes."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            if found is None:
                return None
            kept = await thread_notes.of_thread(connection, organization, thread, NOTES_AT_ONCE)
            team = None
            if found.inbox.kind is OwnerKind.TEAM:
                team = await teams.fetch(connection, organization, TeamId(found.inbox.id))
            assigned = found.assigned_to
            wanted = {*(one.author for one in kept), *(team.members if team else ())}
            if assigned is not None:
                wanted.add(assigned)
            names = await self._names(connection, organization, wanted)
            notes = await self._notes(connection, member, found, kept, names)
        return ThreadWork(
            notes=notes,
            team="" if team is None else team.name,
            colleagues=tuple(
                Colleague(one, names[one]) for one in (team.members if team else ()) if one in names
            ),
            assigned_to=Colleague(assigned, names.get(assigned, "")) if assigned else None,
        )

    async def _notes(
        self,
        connection: Connection,
        member: SignedInMember,
        thread: Thread,
        kept: tuple[ThreadNote, ...],
        names: dict[MemberId, str],
    ) -> tuple[ReadNote, ...]:
        if not kept:
            return ()
        keys = await self._inbox_keys(connection, member, thread.inbox)
        return tuple(
            [
                ReadNote(
                    message=one.message,
                    author=names.get(one.author, ""),
                    by_reader=one.author == member.id,
                    at=one.created_at,
                    text=await self._text(connection, member, one, keys),
                )
                for one in kept
            ]
        )

    async def _text(
        self,
        connection: Connection,
        member: SignedInMember,
        note: ThreadNote,
        keys: tuple[OpenReaderKey, ...],
    ) -> str | None:
        organization = member.organization.id
        try:
            opened = await open_with_any(self._reader, connection, organization, note.message, keys)
        except (CopyEnded, NotGranted, SealBroken):
            return None
        await self._acts.record(connection, member, Tag.MEMBER_OPENED, note.message, detail="note")
        return opened.body.text

    async def _names(
        self, connection: Connection, organization: OrganizationId, wanted: set[MemberId]
    ) -> dict[MemberId, str]:
        if not wanted:
            return {}
        rows = await members.fetch_all(connection, organization, with_removed=True)
        return {
            row.id: open_member_name(self._keyring, organization, row.id, row.name_sealed)
            for row in rows
            if row.id in wanted
        }
