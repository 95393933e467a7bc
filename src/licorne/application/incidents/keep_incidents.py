"""The register of incidents: opened, assessed, decided, told, closed; each step dated and sealed.

45 CFR 164.308(a)(6)(ii): respond to and document security incidents; 164.414(b): the burden of
proof that all was told, or that there was no breach, is the practice's.
"""

import enum
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta

from licorne.application.incidents.incident_keys import IncidentKeys
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.domain.incident.clocks import Whom
from licorne.domain.incident.incident import (
    LONGEST_TEXT,
    Decision,
    Entry,
    EntryKind,
    Factor,
    Incident,
    Level,
    assessed,
    still_to_tell,
)
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.translatable import translatable
from licorne.ports.randomness import Randomness
from licorne.store import incidents, members
from licorne.store.database import Connection, Database
from licorne.vault.incident_texts import make_incident_key, open_entry, seal_entry
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name

_EARLIEST_ZONE = timedelta(hours=14)  # where a day begins first


class IncidentRefusal(enum.Enum):
    NOT_FOUND = translatable("There is no such incident.")
    NO_TEXT = translatable("Write what there is to say, in at most 5,000 letters.")
    IN_THE_FUTURE = translatable("This day hasn’t come yet.")
    NOT_ASSESSED = translatable(
        "A low probability is shown by all four factors: assess each of them first (45 CFR 164.402)"
    )
    NOT_DECIDED = translatable("Decide first whether it was a breach.")
    STILL_TO_TELL = translatable("Somebody still has to be told. Write down each notice first.")
    CLOSED = translatable("This incident is closed. Write a note to open it again.")
    NOT_READABLE = translatable(
        "You can’t read what was written about it yet. Ask somebody who can to open this page once."
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What a member writes: a text, and the codes and day that go with its kind."""

    kind: EntryKind
    text: str
    on_date: date
    factor: Factor | None = None
    level: Level | None = None
    decision: Decision | None = None
    whom: Whom | None = None
    place: str = ""
    affected: int | None = None
    states: tuple[str, ...] = ()
    delayed_until: date | None = None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    entry: Entry
    by: str
    text: str | None  # none: this member can't read it, or it is damaged
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class ShownIncident:
    incident: Incident
    entries: tuple[ShownEntry, ...]  # oldest first
    can_read: bool


class KeepIncidents:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        keys: IncidentKeys,
        randomness: Randomness,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._keys = keys
        self._randomness = randomness
        self._acts = acts

    async def list(self, member: SignedInMember) -> tuple[Incident, ...]:
        await self._acts.permit(self._database, member, Permission.SEE_INCIDENTS)
        async with self._database.tenant(member.organization.id) as connection:
            return await incidents.fetch_all(connection, member.organization.id)

    async def see(self, member: SignedInMember, incident: uuid.UUID) -> ShownIncident | None:
        """Read an incident; that is recorded. Whoever can read it lets those in who came later."""
        await self._acts.permit(self._database, member, Permission.SEE_INCIDENTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await incidents.fetch(connection, organization, incident)
            if found is None:
                return None
            key = await self._keys.open(connection, member, incident)
            if key is not None:
                await self._keys.share(connection, organization, incident, key)
            shown = [
                await self._show(connection, entry, key)
                for entry in await incidents.entries(connection, organization, incident)
            ]
            await self._acts.record(connection, member, Tag.INCIDENT_SEEN, incident)
        return ShownIncident(found, tuple(shown), key is not None)

    async def open(
        self, member: SignedInMember, discovered_on: date, account: str, *, as_associate: bool
    ) -> uuid.UUID | IncidentRefusal:
        """Open an incident with what is known now. The clock runs from the day of discovery."""
        await self._acts.permit(self._database, member, Permission.KEEP_INCIDENTS)
        written = Written(EntryKind.ACCOUNT, account, discovered_on)
        refused = self._why_not_written(written)
        if refused is not None:
            return refused
        organization, identity = member.organization.id, self._acts.new_id()
        key = make_incident_key(self._randomness)
        async with self._database.tenant(organization) as connection:
            incident = Incident(
                organization=organization,
                id=identity,
                number=await incidents.next_number(connection, organization),
                opened_by=member.id,
                opened_at=self._acts.now(),
                discovered_on=discovered_on,
                as_associate=as_associate,
            )
            await incidents.add(connection, incident)
            await self._keys.share(connection, organization, identity, key)
            await self._write(connection, member, identity, written, key)
            await self._acts.record(connection, member, Tag.INCIDENT_OPENED, identity)
        return identity

    async def write(
        self, member: SignedInMember, incident: uuid.UUID, written: Written
    ) -> IncidentRefusal | None:
        """Add a step, and let the incident's facts follow it."""
        await self._acts.permit(self._database, member, Permission.KEEP_INCIDENTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await incidents.fetch(connection, organization, incident, lock=True)
            if found is None:
                return IncidentRefusal.NOT_FOUND
            entries = await incidents.entries(connection, organization, incident)
            refused = self._why_not_written(written) or _why_not(found, entries, written)
            if refused is not None:
                return refused
            key = await self._keys.open(connection, member, incident)
            if key is None:
                return IncidentRefusal.NOT_READABLE
            await self._write(connection, member, incident, written, key)
            changed = _changed(found, written)
            if written.kind is EntryKind.CLOSED:
                changed = replace(changed, closed_at=self._acts.now())
            await incidents.change(connection, changed)
            await self._acts.record(
                connection, member, Tag.INCIDENT_WRITTEN, incident, detail=written.kind.value
            )
        return None

    def _why_not_written(self, written: Written) -> IncidentRefusal | None:
        if not 0 < len(written.text.strip()) <= LONGEST_TEXT:
            return IncidentRefusal.NO_TEXT
        if written.on_date > (self._acts.now() + _EARLIEST_ZONE).date():
            return IncidentRefusal.IN_THE_FUTURE
        return None

    async def _write(
        self,
        connection: Connection,
        member: SignedInMember,
        incident: uuid.UUID,
        written: Written,
        key: bytes,
    ) -> None:
        subject, detail = _codes(written)
        entry = Entry(
            organization=member.organization.id,
            incident=incident,
            id=self._acts.new_id(),
            kind=written.kind,
            subject=subject,
            detail=detail,
            on_date=written.on_date,
            by=member.id,
            at=self._acts.now(),
            sealed=b"",
            signature=b"",
        )
        sealed = seal_entry(self._keyring, self._randomness, key, entry, written.text.strip())
        await incidents.add_entry(connection, sealed)

    async def _show(self, connection: Connection, entry: Entry, key: bytes | None) -> ShownEntry:
        by = await self._name(connection, entry.organization, entry.by)
        if key is None:
            return ShownEntry(entry, by, None)
        try:
            return ShownEntry(entry, by, open_entry(self._keyring, key, entry))
        except SealBroken:
            return ShownEntry(entry, by, None, is_damaged=True)

    async def _name(
        self, connection: Connection, organization: OrganizationId, member: MemberId
    ) -> str:
        row = await members.fetch(connection, organization, member)
        if row is None:
            return ""
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)


def _why_not(
    incident: Incident, entries: tuple[Entry, ...], written: Written
) -> IncidentRefusal | None:
    if incident.closed_at is not None and written.kind is not EntryKind.NOTE:
        return IncidentRefusal.CLOSED
    if written.decision is Decision.LOW_PROBABILITY and set(assessed(entries)) != set(Factor):
        return IncidentRefusal.NOT_ASSESSED
    if written.kind is EntryKind.CLOSED:
        if incident.decision is None:
            return IncidentRefusal.NOT_DECIDED
        if still_to_tell(incident, entries):
            return IncidentRefusal.STILL_TO_TELL
    return None


def _changed(incident: Incident, written: Written) -> Incident:
    match written.kind:
        case EntryKind.PEOPLE:
            return replace(incident, affected=written.affected, states=written.states)
        case EntryKind.DECISION:
            return replace(incident, decision=written.decision, delayed_until=written.delayed_until)
        case EntryKind.NOTE:
            return replace(incident, closed_at=None)
        case _:
            return incident


def _codes(written: Written) -> tuple[str, str]:
    match written.kind:
        case EntryKind.FACTOR if written.factor and written.level:
            return written.factor.value, written.level.value
        case EntryKind.DECISION if written.decision:
            return written.decision.value, ""
        case EntryKind.TOLD if written.whom:
            return written.whom.value, written.place
        case EntryKind.PEOPLE:
            known = "" if written.affected is None else str(written.affected)
            return known, ",".join(written.states)
        case _:
            return "", ""
