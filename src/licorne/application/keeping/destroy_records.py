"""Destroys practice's copies: those past their time, and those that an officer orders to be.

Never one under a legal hold. A copy is ended in the transaction that orders its slot to be
overwritten (`shred.py`), which makes it unreadable everywhere, also in old backups. Beside it is
a certificate in the audit trail, and each slot's overwriting is recorded when it has happened.
"""

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.new_ids import NewIds
from licorne.application.steady_time import SteadyTime
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import ContactId, OrganizationId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.records.certificate import Cause, certify
from licorne.domain.sealing.records import SlotReference
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, contacts, deliveries, holds, jobs, record_ends, shredding
from licorne.store.database import Connection, Database
from licorne.store.record_ends import EndedRecord

AT_ONCE = 200  # messages in one transaction, and in one certificate


class DestroyDue:
    """What comes round in the worker."""

    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._new_id = NewIds(clock, randomness)
        self._time = SteadyTime(clock)

    async def __call__(self) -> int:
        """Destroy all that is past its time; give how many copies there were."""
        now, destroyed = self._time.now(), 0
        async with self._database.before_tenant() as connection:
            waiting = await record_ends.organizations_with_due(connection, now)
        for organization in waiting:
            while batch := await self._batch(organization, now):
                destroyed += batch
        return destroyed

    async def _batch(self, organization: OrganizationId, now: datetime) -> int:
        async with self._database.tenant(organization) as connection:
            await holds.take_turn(connection, organization)
            ended = await record_ends.end_due(connection, organization, now, AT_ONCE)
            if not ended:
                return 0
            await order_destruction(connection, organization, ended, now, self._new_id)
            certificate = certify([(one.message, one.created_at) for one in ended], Cause.RETENTION)
            event = AuditEvent(
                self._new_id(),
                organization,
                now,
                Tag.RECORDS_DESTROYED,
                Actor.system(),
                detail=certificate.code,
            )
            await audit.record(connection, event)
        return len(ended)


class WhyKept(enum.Enum):
    """Why nothing was destroyed."""

    NOT_FOUND = translatable("There is no such contact.")
    HELD = translatable(
        "This is under a legal hold, so nothing of it can be destroyed. Release the hold first, if"
        " it may be released."
    )
    NOTHING = translatable("There is nothing left to destroy.")


@dataclass(frozen=True, slots=True)
class Living:
    """What there is of a contact's or a thread's records."""

    count: int
    held: int
    shared: int  # messages to others as well, which are those others' record, too


@dataclass(frozen=True, slots=True)
class Destroyed:
    count: int
    left: int  # that are others' record, too


class DestroyNow:
    """What an owner or officer orders; the contact's copies end with it."""

    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def living(self, by: ActingMember, contact: ContactId, thread: ThreadId | None) -> Living:
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        async with self._database.tenant(by.organization.id) as connection:
            return await self._living(connection, by, contact, thread)

    async def __call__(
        self, by: ActingMember, contact: ContactId, thread: ThreadId | None, cause: Cause
    ) -> Destroyed | WhyKept:
        """Destroy all that was written with a contact, or in one thread; a refusal is recorded."""
        await self._acts.permit(self._database, by, Permission.KEEP_RECORDS)
        organization, destroyed = by.organization.id, 0
        while True:
            async with self._database.tenant(organization) as connection:
                await holds.take_turn(connection, organization)
                living = await self._living(connection, by, contact, thread)
                why = await self._why_kept(connection, by, contact, living)
                if why is not None and not destroyed:
                    await self._record(connection, by, thread or contact, why.name.lower(), why)
                    return why
                ended = () if why else await record_ends.end_of_contact(
                    connection, organization, contact, thread, self._acts.now(), AT_ONCE
                )  # fmt: skip
                if not ended:
                    return Destroyed(destroyed, living.count)
                await self._destroy(connection, by, ended)
                written = [(one.message, one.created_at) for one in ended]
                code = certify(written, cause).code
                await self._record(connection, by, thread or contact, code)
                destroyed += len(ended)

    async def _living(
        self, connection: Connection, by: ActingMember, contact: ContactId, thread: ThreadId | None
    ) -> Living:
        counted = await record_ends.count_living(connection, by.organization.id, contact, thread)
        return Living(*counted)

    async def _why_kept(
        self, connection: Connection, by: ActingMember, contact: ContactId, living: Living
    ) -> WhyKept | None:
        if await contacts.fetch(connection, by.organization.id, contact) is None:
            return WhyKept.NOT_FOUND
        if living.held:
            return WhyKept.HELD
        return WhyKept.NOTHING if living.count == living.shared else None

    async def _destroy(
        self, connection: Connection, by: ActingMember, ended: Sequence[EndedRecord]
    ) -> None:
        organization, now = by.organization.id, self._acts.now()
        recalled = [one.message for one in ended if one.contact_slot is not None]
        for delivery in await record_ends.outgoing_deliveries(connection, organization, recalled):
            state, step = DeliveryState.RECALLED, self._acts.new_id()
            await deliveries.move(connection, organization, delivery, state, step, now)
        await order_destruction(connection, organization, ended, now, self._acts.new_id)

    async def _record(
        self,
        connection: Connection,
        by: ActingMember,
        subject: uuid.UUID,
        detail: str,
        why: WhyKept | None = None,
    ) -> None:
        outcome = Outcome.DONE if why is None else Outcome.REFUSED
        await self._acts.record(
            connection,
            by,
            Tag.RECORDS_DESTROYED_BY_MEMBER,
            subject,
            outcome=outcome,
            detail=detail,
        )


async def order_destruction(
    connection: Connection,
    organization: OrganizationId,
    ended: Sequence[EndedRecord],
    now: datetime,
    new_id: NewIds,
) -> None:
    """Order each slot to be overwritten and each blob to be deleted, in this transaction."""
    for one in ended:
        for slot in (one.practice_slot, one.contact_slot):
            if slot is not None:
                await _order(connection, organization, new_id(), now, slot=slot)
        for blob in one.blobs:
            await _order(connection, organization, new_id(), now, blob=blob)


async def _order(
    connection: Connection,
    organization: OrganizationId,
    order: uuid.UUID,
    now: datetime,
    *,
    slot: SlotReference | None = None,
    blob: str | None = None,
) -> None:
    await shredding.order(connection, organization, order, now, slot=slot, blob=blob)
    await jobs.enqueue(connection, jobs.Shred(organization, order))
