"""Legal holds: an owner or officer places one, with a reason, and releases it, with a reason."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.records.hold import LegalHold, clean_reason
from licorne.domain.translatable import translatable
from licorne.store import contacts, holds, members
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import (
    open_hold_reason,
    open_member_name,
    seal_hold_reason,
)


class HoldRefusal(enum.Enum):
    NOT_FOUND = translatable("There is no such contact or conversation.")
    NO_SUCH_HOLD = translatable("There is no such hold, or it was released already.")
    NO_REASON = translatable("Say why, in at most 500 characters.")


@dataclass(frozen=True, slots=True)
class ShownHold:
    id: uuid.UUID
    contact: NamedContact
    thread: ThreadId | None
    reason: str
    placed_by: str
    placed_at: datetime
    released_by: str | None
    released_at: datetime | None
    release_reason: str | None


class KeepHolds:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def list(
        self, by: ActingMember, contact: ContactId | None = None
    ) -> tuple[ShownHold, ...]:
        """List the practice's holds, or those on one contact; those that stand come first."""
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await holds.fetch_all(connection, organization, contact=contact)
            return tuple([await self._show(connection, one) for one in found])

    async def place(
        self, by: ActingMember, contact: ContactId, thread: ThreadId | None, reason: str
    ) -> uuid.UUID | HoldRefusal:
        """Hold everything with a contact, or one thread with them.

        What is being destroyed at this moment is waited for; afterwards nothing held is.
        """
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        cleaned = clean_reason(reason)
        if cleaned is None:
            return HoldRefusal.NO_REASON
        organization, identity = by.organization.id, self._acts.new_id()
        async with self._database.tenant(organization) as connection:
            await holds.take_turn(connection, organization)
            if await contacts.fetch(connection, organization, contact) is None:
                return HoldRefusal.NOT_FOUND
            there = await holds.threads_with(connection, organization, contact)
            if thread is not None and thread not in {one.thread for one in there}:
                return HoldRefusal.NOT_FOUND
            hold = LegalHold(
                organization=organization,
                id=identity,
                contact=contact,
                thread=thread,
                reason_sealed=seal_hold_reason(
                    self._keyring, "reason", organization, identity, cleaned
                ),
                placed_by=by.id,
                placed_at=self._acts.now(),
            )
            await holds.add(connection, hold)
            await self._acts.record(
                connection, by, Tag.HOLD_PLACED, thread or contact, detail=str(identity)
            )
        return identity

    async def release(
        self, by: ActingMember, hold: uuid.UUID, reason: str
    ) -> LegalHold | HoldRefusal:
        """Release a hold; what it held follows the usual time again, from now on."""
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        cleaned = clean_reason(reason)
        if cleaned is None:
            return HoldRefusal.NO_REASON
        organization = by.organization.id
        sealed = seal_hold_reason(self._keyring, "release_reason", organization, hold, cleaned)
        async with self._database.tenant(organization) as connection:
            released = await holds.release(
                connection, organization, hold, by.id, self._acts.now(), sealed
            )
            if released is None:
                return HoldRefusal.NO_SUCH_HOLD
            subject = released.thread or released.contact
            await self._acts.record(connection, by, Tag.HOLD_RELEASED, subject, detail=str(hold))
        return released

    async def _show(self, connection: Connection, hold: LegalHold) -> ShownHold:
        organization = hold.organization
        contact = await contacts.fetch(connection, organization, hold.contact)
        if contact is None:
            raise LookupError("a hold without its contact")  # a foreign key forbids it
        sealed = hold.release_reason_sealed
        return ShownHold(
            id=hold.id,
            contact=name_contact(self._keyring, contact),
            thread=hold.thread,
            reason=open_hold_reason(
                self._keyring, "reason", organization, hold.id, hold.reason_sealed
            ),
            placed_by=await self._name(connection, organization, hold.placed_by) or "",
            placed_at=hold.placed_at,
            released_by=await self._name(connection, organization, hold.released_by),
            released_at=hold.released_at,
            release_reason=None
            if sealed is None
            else open_hold_reason(self._keyring, "release_reason", organization, hold.id, sealed),
        )

    async def _name(
        self, connection: Connection, organization: OrganizationId, member: MemberId | None
    ) -> str | None:
        row = member and await members.fetch(connection, organization, member)
        if not row:
            return None
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)
