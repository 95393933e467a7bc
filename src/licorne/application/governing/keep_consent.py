"""The consent ledger as members keep it: who agreed to what, how, and who took it back."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.shown_contact import NamedContact, name_contact
from licorne.domain.audit.tags import Tag
from licorne.domain.consent.ledger import (
    MOST_NOTE,
    ConsentAct,
    ConsentEntry,
    EntryRefused,
    Means,
    Purpose,
    Standing,
)
from licorne.domain.consent.wordings import CURRENT, wording
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import ContactId, MemberId
from licorne.domain.identity.permission import Permission
from licorne.domain.translatable import translatable
from licorne.store import consents, contacts, members
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_consent_note, open_member_name, seal_consent_note


@dataclass(frozen=True, slots=True)
class ShownEntry:
    entry: ConsentEntry
    recorded_by: str  # a member's name; empty for a job or the contact
    note: str
    of_earlier_owner: bool  # said by who had the number before


@dataclass(frozen=True, slots=True)
class ContactConsent:
    contact: NamedContact
    standings: Mapping[Purpose, Standing]
    entries: tuple[ShownEntry, ...]  # the latest first


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What a member saw or heard."""

    purpose: Purpose
    act: ConsentAct
    means: Means
    said_on: date
    note: str = ""


class KeepConsent:
    def __init__(self, database: Database, keyring: Keyring, acts: MemberActs) -> None:
        self._database = database
        self._keyring = keyring
        self._acts = acts

    async def of(self, by: ActingMember, contact: ContactId) -> ContactConsent | None:
        """Show a contact's ledger; nothing where there is no such contact."""
        await self._acts.permit(self._database, by, Permission.SEE_CONTACTS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact)
            if found is None or found.removed_at is not None:
                return None
            entries = await consents.fetch_all(connection, organization, contact)
            return ContactConsent(
                name_contact(self._keyring, found),
                await consents.standings(connection, organization, contact, found.number_epoch),
                tuple([await self._show(connection, one, found.number_epoch) for one in entries]),
            )

    async def record(self, by: ActingMember, contact: ContactId, new: NewEntry) -> bool:
        """Add an entry; False where there is no such contact. Raises `EntryRefused`."""
        await self._acts.permit(self._database, by, Permission.CHANGE_CONTACTS)
        note = self._checked_note(by, new)
        organization, identity = by.organization.id, self._acts.new_id()
        given = new.act is ConsentAct.GIVEN
        async with self._database.tenant(organization) as connection:
            found = await contacts.fetch(connection, organization, contact, lock=True)
            if found is None or found.removed_at is not None:
                return False
            entry = ConsentEntry(
                organization=organization,
                id=identity,
                contact=contact,
                number_epoch=found.number_epoch,
                purpose=new.purpose,
                act=new.act,
                means=new.means,
                wording=CURRENT[new.purpose],
                note_sealed=seal_consent_note(self._keyring, organization, identity, note)
                if note
                else None,
                said_on=new.said_on,
                recorded_by=by.actor,
                recorded_at=self._acts.now(),
            )
            await consents.add(connection, entry)
            tag = Tag.CONSENT_GIVEN if given else Tag.CONSENT_REVOKED
            detail = f"{new.purpose.value} {new.means.value}"
            await self._acts.record(connection, by, tag, contact, detail=detail)
        return True

    async def is_demanded(self, by: ActingMember) -> bool:
        await self._acts.permit(self._database, by, Permission.SET_POLICY)
        async with self._database.tenant(by.organization.id) as connection:
            return await consents.is_demanded(connection, by.organization.id)

    async def set_demanded(self, by: ActingMember, *, demanded: bool) -> None:
        """Say whether somebody whose consent isn't recorded may be texted; at once."""
        await self._acts.permit(self._database, by, Permission.SET_POLICY)
        async with self._database.tenant(by.organization.id) as connection:
            await consents.set_demanded(connection, by.organization.id, demanded=demanded)
            detail = "demanded" if demanded else "not_demanded"
            await self._acts.record(connection, by, Tag.CONSENT_DEMAND_SET, detail=detail)

    async def export(self, by: ActingMember) -> str:
        """Give the whole ledger as CSV (RFC 4180), with names, numbers and what was explained."""
        await self._acts.permit(self._database, by, Permission.SET_POLICY)
        organization = by.organization.id
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(_HEADINGS)
        async with self._database.tenant(organization) as connection:
            named: dict[ContactId, NamedContact] = {}
            async for entry in consents.every(connection, organization):
                if entry.contact not in named:
                    found = await contacts.fetch(connection, organization, entry.contact)
                    if found is None:
                        raise LookupError(
                            "an entry without its contact"
                        )  # a foreign key forbids it
                    named[entry.contact] = name_contact(self._keyring, found)
                shown = await self._show(connection, entry, entry.number_epoch)
                write.writerow(_row(shown, named[entry.contact]))
            await self._acts.record(connection, by, Tag.CONSENT_EXPORTED)
        return out.getvalue()

    def _checked_note(self, by: ActingMember, new: NewEntry) -> str:
        today = self._acts.now().astimezone(ZoneInfo(by.organization.time_zone)).date()
        if new.said_on > today:
            raise EntryRefused("said_on", translatable("This day is still to come."))
        note = new.note.strip()
        if len(note) > MOST_NOTE:
            raise EntryRefused("note", translatable("Say it in at most 500 characters."))
        if new.purpose is Purpose.MARKETING and new.act is ConsentAct.GIVEN and not note:
            raise EntryRefused(
                "note",
                translatable(
                    "For marketing a signed authorization is needed (45 CFR 164.508). Say where it"
                    " is kept."
                ),
            )
        return note

    async def _show(
        self, connection: Connection, entry: ConsentEntry, number_epoch: int
    ) -> ShownEntry:
        note = ""
        if entry.note_sealed is not None:
            note = open_consent_note(self._keyring, entry.organization, entry.id, entry.note_sealed)
        by = await self._name(connection, entry, entry.recorded_by)
        return ShownEntry(entry, by, note, entry.number_epoch != number_epoch)

    async def _name(self, connection: Connection, entry: ConsentEntry, actor: Actor) -> str:
        if actor.kind is not ActorKind.MEMBER:
            return ""
        row = await members.fetch(connection, entry.organization, MemberId(actor.id))
        if row is None:
            return ""
        return open_member_name(self._keyring, entry.organization, row.id, row.name_sealed) or ""


_HEADINGS = (
    "entry",
    "contact",
    "name",
    "number",
    "number_epoch",
    "purpose",
    "act",
    "means",
    "said_on",
    "recorded_at",
    "recorded_by",
    "note",
    "wording",
    "explained",
)
# A spreadsheet would take such a cell for a formula and run it (CWE-1236).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _row(shown: ShownEntry, contact: NamedContact) -> tuple[str, ...]:
    entry = shown.entry
    cells = (
        str(entry.id),
        str(entry.contact),
        contact.name or "",
        contact.number.e164,
        str(entry.number_epoch),
        entry.purpose.value,
        entry.act.value,
        entry.means.value,
        entry.said_on.isoformat(),
        entry.recorded_at.isoformat(),
        shown.recorded_by,
        shown.note,
        entry.wording,
        " ".join(wording(entry.wording)),
    )
    return tuple(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
