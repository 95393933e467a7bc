"""Gives out all that was written with a contact: for the patient's own access, a court, or else.

Only to a member whose keys open the whole of it, and message by message, so that a correspondence
of any length passes in constant memory; each is recorded, and nothing is kept here but that it was
given out. What was written with an earlier holder of the number is somebody else's and not in it.
45 CFR 164.524 (access), 164.528 (accounting of disclosures).
"""

import enum
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

from licorne.application.governing.record_holders import RecordHolders
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.read_written import ReadWritten, WrittenMessage
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.application.signed_in_member import SignedInMember
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import ContactId, MemberId
from licorne.domain.identity.permission import Permission
from licorne.domain.records.export import ExportForm, ExportPurpose, RecordExport
from licorne.domain.translatable import translatable
from licorne.store import contacts, correspondence, members, record_exports
from licorne.store.correspondence import Extent
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name
from licorne.vault.reader_keys import OpenReaderKey

PER_MEMBER = Limit("record-export", 30, timedelta(hours=1))


class WhyNotExported(enum.Enum):
    NOT_FOUND = translatable("There is no such contact.")
    NOT_WHOLE = translatable(
        "You can’t open all of it: some of it is in colleagues’ conversations. Ask somebody who"
        " opens the practice’s copies."
    )
    NOTHING = translatable("Nothing was written with this person yet.")
    TOO_OFTEN = translatable("You made many copies in the last hour. Wait a little and try again.")
    SENT_TWICE = translatable("This copy was made already. Reload the page to make another.")


@dataclass(frozen=True, slots=True)
class GivenOut:
    """A copy that was made before, and by whom."""

    export: RecordExport
    by: str


@dataclass(frozen=True, slots=True)
class ExportView:
    contact: NamedContact
    extent: Extent
    given_out: tuple[GivenOut, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the member's keys open all that is there."""
        return self.extent.closed == 0


@dataclass(frozen=True, slots=True)
class Begun:
    """A copy on its way: `ExportCorrespondence.messages` gives what goes into it."""

    export: RecordExport
    contact: NamedContact
    extent: Extent
    epoch: int
    keys: tuple[OpenReaderKey, ...] = field(repr=False)


class ExportCorrespondence:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        holders: RecordHolders,
        read: ReadWritten,
        throttle: Throttle,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._holders = holders
        self._read = read
        self._throttle = throttle
        self._acts = acts
        self._keys = InboxKeys(keyring)

    async def view(self, member: SignedInMember, contact: ContactId) -> ExportView | None:
        """Say what there is to give out, whether this member can, and what was given out before."""
        await self._acts.permit(self._database, member, Permission.EXPORT_RECORDS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact)
            if found is None:
                return None
            _, extent = await self._extent(connection, member, found)
            given_out = [
                GivenOut(one, await self._name(connection, member, one.member))
                for one in await record_exports.of_contact(connection, organization, contact)
            ]
        return ExportView(name_contact(self._keyring, found), extent, tuple(given_out))

    async def begin(
        self,
        member: SignedInMember,
        contact: ContactId,
        export: uuid.UUID,
        purpose: ExportPurpose,
        form: ExportForm,
    ) -> Begun | WhyNotExported:
        """Begin a copy, on record; ``export`` is its new id. A refusal is recorded, too."""
        await self._acts.permit(self._database, member, Permission.EXPORT_RECORDS)
        if not await self._throttle.allows((PER_MEMBER, member.id.bytes)):
            return WhyNotExported.TOO_OFTEN
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact)
            if found is None:
                return WhyNotExported.NOT_FOUND
            keys, extent = await self._extent(connection, member, found)
            why = _why_not(extent)
            begun = RecordExport(
                organization=organization,
                id=export,
                contact=contact,
                member=member.id,
                purpose=purpose,
                form=form,
                total=extent.total,
                done=0,
                started_at=self._acts.now(),
                ended_at=None,
            )
            if why is None and not await record_exports.add(connection, begun):
                why = WhyNotExported.SENT_TWICE
            await self._acts.record(
                connection,
                member,
                Tag.EXPORT_BEGUN,
                contact,
                outcome=Outcome.DONE if why is None else Outcome.REFUSED,
                detail=f"purpose={purpose.value} form={form.value} messages={extent.total}"
                if why is None
                else why.name.lower(),
            )
        if why is not None:
            return why
        named = name_contact(self._keyring, found)
        return Begun(begun, named, extent, found.number_epoch, keys)

    async def messages(self, member: SignedInMember, begun: Begun) -> AsyncIterator[WrittenMessage]:
        """Open one message after the other, oldest first, each with its row in the trail."""
        organization, done = begun.export.organization, 0
        async for written in self._read(
            member,
            begun.export.contact,
            begun.epoch,
            keys=begun.keys,
            tag=Tag.MESSAGE_EXPORTED,
            detail=f"purpose={begun.export.purpose.value}",
        ):
            yield written
            done += 1
            async with self._database.tenant(organization) as connection:
                await record_exports.count(connection, organization, begun.export.id, done)

    async def end(self, member: SignedInMember, begun: Begun, digest: str) -> None:
        """Record that the copy was given out whole; ``digest``: SHA-256 of what was given, hex."""
        organization, export = begun.export.organization, begun.export
        async with self._database.tenant(organization) as connection:
            await record_exports.end(connection, organization, export.id, self._acts.now())
            detail = f"purpose={export.purpose.value} sha256={digest}"
            await self._acts.record(
                connection, member, Tag.EXPORT_ENDED, export.contact, detail=detail
            )

    async def progress(self, member: SignedInMember, export: uuid.UUID) -> RecordExport | None:
        """Say how far a copy of this member's has come."""
        await self._acts.permit(self._database, member, Permission.EXPORT_RECORDS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await record_exports.fetch(connection, organization, export)
        return found if found is not None and found.member == member.id else None

    async def _extent(
        self, connection: Connection, member: SignedInMember, contact: Contact
    ) -> tuple[tuple[OpenReaderKey, ...], Extent]:
        keys = await self._keys.every(connection, member)
        keys += await self._holders.open(connection, member)  # alone, or released by another
        extent = await correspondence.extent(
            connection,
            member.organization.id,
            contact.id,
            contact.number_epoch,
            [key.row.id for key in keys],
        )
        return keys, extent

    async def _name(self, connection: Connection, member: SignedInMember, other: MemberId) -> str:
        organization = member.organization.id
        row = await members.fetch(connection, organization, other)
        if row is None:
            return ""
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)


def _why_not(extent: Extent) -> WhyNotExported | None:
    if extent.total == 0:
        return WhyNotExported.NOTHING
    return WhyNotExported.NOT_WHOLE if extent.closed else None
