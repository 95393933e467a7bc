"""Writes down what became of a try: the attempt, the delivery, its story and the audit, together.

Callers hold the delivery's row lock; every function here is harmless when done twice.
"""

import uuid
from collections.abc import Sequence

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.notice.attempt import AttemptState
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.notice.story import NoticeStep
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Accepted, Answer, Receipt, ReceiptState, Rejected
from licorne.store import audit, deliveries, jobs, notice_answers, receipts
from licorne.store.database import Connection
from licorne.store.jobs import NoticeKind
from licorne.store.notice_answers import Answered, GoodNews
from licorne.store.notices import FoundAttempt

_SENT_STEP = {
    NoticeKind.NUDGE: NoticeStep.NUDGED,
    NoticeKind.FRESH_LINK: NoticeStep.FRESH_LINK_SENT,
}
_FAILED_STEP = {
    NoticeKind.NUDGE: NoticeStep.NUDGE_FAILED,
    NoticeKind.FRESH_LINK: NoticeStep.FRESH_LINK_FAILED,
}

_GOOD_NEWS = {
    AttemptState.ACCEPTED: Tag.NOTICE_SENT,
    AttemptState.ON_HANDSET: Tag.NOTICE_RECEIPT,
}


class NoticeProgress:
    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    @staticmethod
    async def wait_in_turn(connection: Connection, carrier: str, answer: Answer) -> None:
        """Let a receipt that arrives at this moment come before or after this answer."""
        if isinstance(answer, Accepted) and answer.reference is not None:
            await receipts.in_turn(connection, (carrier, answer.reference))

    async def answered(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        answer: Answer,
    ) -> None:
        """Record a carrier's answer."""
        match answer:
            case Accepted(reference, on_handset):
                await self._taken(connection, organization, attempt, reference)
                if on_handset:
                    await self._on_handset(connection, organization, attempt)
            case Rejected(reason):
                await self._not_taken(connection, organization, attempt, reason)
            case _:
                await self.in_doubt(connection, organization, attempt)

    async def taken_together(
        self,
        connection: Connection,
        organization: OrganizationId,
        taken: Sequence[tuple[FoundAttempt, Accepted]],
    ) -> None:
        """Record carriers' yes to first notices; locks their deliveries."""
        await self._advance(
            connection, organization, taken, AttemptState.ACCEPTED, DeliveryState.NOTIFIED
        )
        there = [one for one in taken if one[1].on_handset]
        if there:
            await self._advance(
                connection, organization, there, AttemptState.ON_HANDSET, DeliveryState.ON_HANDSET
            )

    async def came_early(
        self,
        connection: Connection,
        organization: OrganizationId,
        taken: Sequence[tuple[FoundAttempt, str]],
    ) -> None:
        """Record the receipts that came before the carrier's answer (with its reference) did."""
        named = {(attempt.carrier, reference): attempt for attempt, reference in taken}
        for name, early in (await receipts.come_early(connection, named)).items():
            for receipt in early:
                await self.receipt(connection, organization, named[name], receipt)

    async def in_doubt(
        self, connection: Connection, organization: OrganizationId, attempt: FoundAttempt
    ) -> None:
        """Record that no answer came: the text may have been sent."""
        now = self._clock.now()
        answered = Answered(attempt.id, AttemptState.UNKNOWN, CarrierReason.UNKNOWN)
        if await notice_answers.answer(connection, organization, answered, now):
            await self._note(connection, organization, attempt, NoticeStep.UNKNOWN, None)
            await self._audit(connection, organization, attempt, Tag.NOTICE_FAILED, "unknown")

    async def receipt(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        receipt: Receipt,
    ) -> None:
        """Record what a carrier says later; what is known better already stands."""
        match receipt.state:
            case ReceiptState.ACCEPTED:
                await self._taken(connection, organization, attempt, receipt.reference)
            case ReceiptState.ON_HANDSET:
                await self._taken(connection, organization, attempt, receipt.reference)
                await self._on_handset(connection, organization, attempt)
            case ReceiptState.UNDELIVERED:
                await self._undelivered(connection, organization, attempt, receipt)

    async def gave_up(
        self,
        connection: Connection,
        organization: OrganizationId,
        delivery: DeliveryId,
        kind: NoticeKind,
        reason: CarrierReason,
    ) -> None:
        """Record that nobody is left to ask. A failed nudge doesn't undo an earlier notice."""
        now = self._clock.now()
        step = _FAILED_STEP.get(kind)
        if step is not None:
            await deliveries.note(
                connection, organization, delivery, step.value, self._new_id(), now, reason.value
            )
        elif not await deliveries.move(
            connection,
            organization,
            delivery,
            DeliveryState.FAILED,
            self._new_id(),
            now,
            reason.value,
        ):
            return
        await self._record(connection, organization, delivery, Tag.NOTICE_FAILED, reason.value)

    async def _taken(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        reference: str | None,
    ) -> None:
        now = self._clock.now()
        answered = Answered(attempt.id, AttemptState.ACCEPTED, reference=reference)
        if not await notice_answers.answer(connection, organization, answered, now):
            return
        await self._move(connection, organization, attempt, DeliveryState.NOTIFIED)
        step = _SENT_STEP.get(attempt.kind)
        if step is not None:
            await self._note(connection, organization, attempt, step, None)
        await self._audit(connection, organization, attempt, Tag.NOTICE_SENT, None)

    async def _advance(
        self,
        connection: Connection,
        organization: OrganizationId,
        taken: Sequence[tuple[FoundAttempt, Accepted]],
        state: AttemptState,
        delivery_state: DeliveryState,
    ) -> None:
        now = self._clock.now()
        news = [GoodNews(attempt.id, self._new_id(), answer.reference) for attempt, answer in taken]
        moved = await notice_answers.advance(
            connection, organization, news, state, delivery_state, now
        )
        tag = _GOOD_NEWS[state]
        await audit.record_many(
            connection,
            [
                self._event(organization, attempt.delivery, tag, attempt.carrier)
                for attempt, _ in taken
                if attempt.id in moved
            ],
        )

    async def _on_handset(
        self, connection: Connection, organization: OrganizationId, attempt: FoundAttempt
    ) -> None:
        answered = Answered(attempt.id, AttemptState.ON_HANDSET)
        if await notice_answers.answer(connection, organization, answered, self._clock.now()):
            await self._move(connection, organization, attempt, DeliveryState.ON_HANDSET)
            await self._audit(connection, organization, attempt, Tag.NOTICE_RECEIPT, None)

    async def _not_taken(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        reason: CarrierReason,
    ) -> None:
        answered = Answered(attempt.id, AttemptState.REJECTED, reason)
        if await notice_answers.answer(connection, organization, answered, self._clock.now()):
            await self._note(connection, organization, attempt, NoticeStep.REJECTED, reason)
            await self._audit(connection, organization, attempt, Tag.NOTICE_FAILED, reason.value)

    async def _undelivered(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        receipt: Receipt,
    ) -> None:
        reason = receipt.reason or CarrierReason.UNREACHABLE
        answered = Answered(
            attempt.id, AttemptState.UNDELIVERED, reason, reference=receipt.reference
        )
        if not await notice_answers.answer(connection, organization, answered, self._clock.now()):
            return
        await self._note(connection, organization, attempt, NoticeStep.UNDELIVERED, reason)
        await self._audit(connection, organization, attempt, Tag.NOTICE_RECEIPT, reason.value)
        # The announcement goes on: another carrier, a later try, or the end of it.
        await jobs.enqueue(
            connection,
            jobs.Announce(organization, attempt.delivery, attempt.kind, attempt.announcement),
        )

    async def _move(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        state: DeliveryState,
    ) -> None:
        await deliveries.move(
            connection,
            organization,
            attempt.delivery,
            state,
            self._new_id(),
            self._clock.now(),
            attempt.carrier,
        )

    async def _note(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        step: NoticeStep,
        reason: CarrierReason | None,
    ) -> None:
        detail = attempt.carrier if reason is None else f"{attempt.carrier}:{reason.value}"
        await deliveries.note(
            connection,
            organization,
            attempt.delivery,
            step.value,
            self._new_id(),
            self._clock.now(),
            detail,
        )

    async def _audit(
        self,
        connection: Connection,
        organization: OrganizationId,
        attempt: FoundAttempt,
        tag: Tag,
        code: str | None,
    ) -> None:
        detail = attempt.carrier if code is None else f"{attempt.carrier}:{code}"
        await self._record(connection, organization, attempt.delivery, tag, detail)

    async def _record(
        self,
        connection: Connection,
        organization: OrganizationId,
        delivery: DeliveryId,
        tag: Tag,
        detail: str,
    ) -> None:
        await audit.record(connection, self._event(organization, delivery, tag, detail))

    def _event(
        self, organization: OrganizationId, delivery: DeliveryId, tag: Tag, detail: str
    ) -> AuditEvent:
        return AuditEvent(
            id=self._new_id(),
            organization=organization,
            at=self._clock.now(),
            tag=tag,
            actor=Actor.system(),
            subject=uuid.UUID(int=delivery.int),
            outcome=Outcome.REFUSED if tag is Tag.NOTICE_FAILED else Outcome.DONE,
            detail=detail,
        )


def found(
    attempt: uuid.UUID,
    delivery: DeliveryId,
    announcement: uuid.UUID,
    kind: NoticeKind,
    carrier: str,
) -> FoundAttempt:
    """Name a try that this process has begun itself."""
    return FoundAttempt(attempt, delivery, announcement, kind, carrier, AttemptState.SENDING)
