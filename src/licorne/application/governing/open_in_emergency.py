"""A member opens a conversation that isn't theirs, with a written reason: somebody is in danger.

At once, where the practice trusts them with it: they open the record key alone, were listed for
emergencies, or have it released. All owners and officers hear of it in the same transaction; it
lasts an hour, and each message that is read is recorded (45 CFR 164.312(a)(2)(ii)).
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.raise_alarm import raise_alarm
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.read_thread import OpenThread, ReadThread
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, DeliveryId, MemberId, TeamId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.mailbox.emergency import OPEN, EmergencyAccess
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.translatable import translatable
from licorne.store import contacts, emergencies, members, teams
from licorne.store.alarms import AlarmKind
from licorne.store.database import Connection, Database
from licorne.store.emergencies import OthersThread
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import (
    open_emergency_reason,
    open_member_name,
    seal_emergency_reason,
)

SHORTEST_REASON, LONGEST_REASON = 10, 500
_SHOWN = 100


class WhyShut(enum.Enum):
    """Why a conversation stays shut."""

    NO_REASON = translatable("Write down what the emergency is, in 10 to 500 characters.")
    NOT_TRUSTED = translatable(
        "You are not on the list of those who may do this alone. Two officers can open the"
        " practice’s copies together."
    )
    NOT_FOUND = translatable("There is no such conversation.")
    OWN = translatable("This conversation is in your own inboxes.")


@dataclass(frozen=True, slots=True)
class OthersConversation:
    id: ThreadId
    owner: str  # a member's or a team's name
    is_team: bool
    active_at: datetime


@dataclass(frozen=True, slots=True)
class EmergencyReading:
    access: EmergencyAccess
    owner: str
    reason: str
    thread: OpenThread


@dataclass(frozen=True, slots=True)
class PastEmergency:
    access: EmergencyAccess
    by: str
    owner: str
    contact: ContactId | None
    reason: str
    is_open: bool


class OpenInEmergency:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        read: ReadThread,
        holders: RecordHolders,
        prove: ProveAgain,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._read = read
        self._holders = holders
        self._prove = prove
        self._acts = acts

    async def others(
        self, by: SignedInMember, contact: ContactId
    ) -> tuple[OthersConversation, ...] | None:
        """List whose conversations there are with a contact; nothing for an unknown one."""
        await self._acts.permit(self._database, by, Permission.OPEN_IN_EMERGENCY)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            if await contacts.fetch(connection, organization, contact) is None:
                return None
            found = await emergencies.threads_of_others(
                connection, organization, contact, by.inboxes
            )
            return tuple([await self._conversation(connection, by, one) for one in found])

    async def open(
        self, by: SignedInMember, thread: ThreadId, reason: str, password: str
    ) -> EmergencyAccess | WhyShut:
        """Open it for an hour, with the alarm. Raises `NotPermitted` and `NotProved`."""
        await self._acts.permit(self._database, by, Permission.OPEN_IN_EMERGENCY)
        reason = reason.strip()
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            return WhyShut.NO_REASON
        await self._prove(by, password, Tag.EMERGENCY_OPENED)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            found = await emergencies.fetch_thread(connection, organization, thread)
            if found is None:
                return await self._refuse(connection, by, thread, WhyShut.NOT_FOUND)
            if found.inbox in by.inboxes:
                return WhyShut.OWN
            if not await self._holders.open_in_emergency(connection, by):
                return await self._refuse(connection, by, thread, WhyShut.NOT_TRUSTED)
            made = self._acts.new_id()
            access = EmergencyAccess(
                organization=organization,
                id=made,
                member=by.id,
                thread=thread,
                reason_sealed=seal_emergency_reason(self._keyring, organization, made, reason),
                opened_at=now,
                ends_at=now + OPEN,
            )
            await emergencies.add(connection, access)
            await self._acts.record(connection, by, Tag.EMERGENCY_OPENED, found.contact)
            await raise_alarm(connection, self._acts, by, AlarmKind.EMERGENCY, made)
        return access

    async def read(
        self, by: SignedInMember, access: uuid.UUID, *, before: DeliveryId | None = None
    ) -> EmergencyReading | None:
        """Read what was opened; nothing, recorded, where none of theirs lasts."""
        await self._acts.permit(self._database, by, Permission.OPEN_IN_EMERGENCY)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await emergencies.fetch(connection, organization, access)
            if found is None or found.member != by.id or not found.is_open(self._acts.now()):
                await self._acts.record(
                    connection, by, Tag.MEMBER_REFUSED, access, outcome=Outcome.REFUSED
                )
                return None
            thread = await emergencies.fetch_thread(connection, organization, found.thread)
            keys = await self._holders.open_in_emergency(connection, by)
            opened = thread and await self._read.with_keys(
                connection, by, thread, keys, before=before
            )
            if not thread or not opened:
                return None
            owner = await self._owner(connection, by, thread.inbox)
        reason = open_emergency_reason(self._keyring, organization, found.id, found.reason_sealed)
        return EmergencyReading(found, owner, reason, opened)

    async def end(self, by: SignedInMember, access: uuid.UUID) -> bool:
        """End an access: one's own, or as an owner or officer anybody's."""
        await self._acts.permit(self._database, by, Permission.OPEN_IN_EMERGENCY)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            found = await emergencies.fetch(connection, organization, access)
            theirs = found and (found.member == by.id or by.may(Permission.HEAR_ALARMS))
            if not found or not theirs or not found.is_open(now):
                return False
            await emergencies.end(connection, organization, access, now)
            await self._acts.record(connection, by, Tag.EMERGENCY_ENDED, access)
        return True

    async def past(self, by: SignedInMember) -> tuple[PastEmergency, ...]:
        """List the latest, with their reasons, for those who hear the alarm."""
        await self._acts.permit(self._database, by, Permission.HEAR_ALARMS)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            found = await emergencies.fetch_latest(connection, organization, _SHOWN)
            told = []
            for one in found:
                thread = await emergencies.fetch_thread(connection, organization, one.thread)
                told.append(
                    PastEmergency(
                        access=one,
                        by=await self._name(connection, by, one.member),
                        owner=await self._owner(connection, by, thread.inbox) if thread else "",
                        contact=thread.contact if thread else None,
                        reason=open_emergency_reason(
                            self._keyring, organization, one.id, one.reason_sealed
                        ),
                        is_open=one.is_open(now),
                    )
                )
        return tuple(told)

    async def _conversation(
        self, connection: Connection, by: SignedInMember, one: OthersThread
    ) -> OthersConversation:
        owner = await self._owner(connection, by, one.owner)
        return OthersConversation(one.id, owner, one.owner.kind is OwnerKind.TEAM, one.active_at)

    async def _owner(self, connection: Connection, by: SignedInMember, inbox: Inbox) -> str:
        if inbox.kind is OwnerKind.TEAM:
            team = await teams.fetch(connection, by.organization.id, TeamId(inbox.id))
            return "" if team is None else team.name
        return await self._name(connection, by, MemberId(inbox.id))

    async def _name(self, connection: Connection, by: SignedInMember, member: MemberId) -> str:
        organization = by.organization.id
        row = await members.fetch(connection, organization, member)
        if row is None:
            return ""
        return open_member_name(self._keyring, organization, row.id, row.name_sealed)

    async def _refuse(
        self, connection: Connection, by: SignedInMember, thread: ThreadId, why: WhyShut
    ) -> WhyShut:
        await self._acts.record(
            connection,
            by,
            Tag.EMERGENCY_OPENED,
            thread,
            outcome=Outcome.REFUSED,
            detail=why.name.lower(),
        )
        return why
