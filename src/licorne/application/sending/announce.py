"""Announces a delivery: an ordinary text that says who has written, and a link; nothing else.

A try is committed as *sending* before the carrier is asked, so that whoever comes after a crash
knows that it may have been sent. What to do next is decided anew each time from the rows
(`domain/notice/next_step`): time-outs, failover and back-off are rows, never sleeps.
"""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from licorne.application.new_ids import NewIds
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.notice_progress import NoticeProgress, found
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.delivery_state import DeliveryState, rank
from licorne.domain.notice.attempt import Attempt
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.notice.next_step import (
    Ask,
    GiveUp,
    LookUp,
    NextStep,
    Settled,
    Wait,
    is_abandoned,
    leaves_a_doubt,
    next_step,
)
from licorne.domain.notice.wording import NoticeText, NoticeWording
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Accepted, Answer, Outbound, Rejected, SmsCarrier, Unknown
from licorne.store import deliveries, notices
from licorne.store.database import Connection, Database
from licorne.store.jobs import Announce, NoticeKind
from licorne.store.notices import FoundAttempt, NewAttempt, NewLink, NoticeFacts
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_number

LINK_LIFETIME = timedelta(days=30)
FRESH_LINK_PATIENCE = timedelta(hours=1)  # somebody stands there and waits for it
CARRIER_DEADLINE = 30.0  # seconds, well within next_step.LEASE

log = structlog.get_logger("licorne.sending")


@dataclass(frozen=True, slots=True)
class _Asking:
    carrier: SmsCarrier
    attempt: FoundAttempt
    message: Outbound
    asked_before: bool


@dataclass(frozen=True, slots=True, repr=False)
class _Link:
    number: int
    token: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class _LookingUp:
    carrier: SmsCarrier
    attempt: FoundAttempt


class AnnounceDelivery:
    """``pickup_url`` is where links lead: the token follows after a slash."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        carriers: Carriers,
        clock: Clock,
        randomness: Randomness,
        *,
        pickup_url: str,
        carrier_deadline: float = CARRIER_DEADLINE,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._carriers = carriers
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._progress = NoticeProgress(clock, randomness)
        self._pickup_url = pickup_url.rstrip("/")
        self._carrier_deadline = carrier_deadline

    async def __call__(self, job: Announce, announcement: uuid.UUID) -> timedelta | None:
        """Ask carriers until one has it or none is left; give how long to wait if it must.

        ``announcement`` is the same for every run of one job, so that a job that is handed out
        twice goes on where it was. Done means nothing: there is nothing left to do.
        """
        while True:
            step = await self._prepare(job, announcement)
            match step:
                case _Asking():
                    answer = await self._ask(step)
                    await self._write_down(job, step, answer)
                    if isinstance(answer, Accepted):
                        return None
                case _LookingUp():
                    await self._look_up(job, step)
                case Wait(delay):
                    return delay
                case _:
                    return None

    async def _prepare(
        self, job: Announce, announcement: uuid.UUID
    ) -> _Asking | _LookingUp | Wait | None:
        """Decide, and commit the decision before anything leaves."""
        async with self._database.tenant(job.organization) as connection:
            facts = await notices.facts(connection, job.organization, job.delivery)
            if facts is None or _overtaken(facts, job.kind, self._clock.now()):
                return None
            attempts = await self._attempts(connection, job, announcement)
            number = open_contact_number(
                self._keyring, job.organization, facts.contact, facts.number_sealed
            )
            step = self._decide(facts, job.kind, number, attempts)
            match step:
                case Ask(name, again):
                    link = await self._link(connection, job, announcement, facts, attempts)
                    return await self._begin(
                        connection, job, announcement, facts, number, link, name, again
                    )
                case LookUp(name, attempt):
                    await notices.count_look_up(
                        connection, job.organization, attempt, self._clock.now()
                    )
                    return _LookingUp(
                        self._carriers.by_name[name],
                        found(attempt, job.delivery, announcement, job.kind, name),
                    )
                case GiveUp(reason):
                    await self._progress.gave_up(
                        connection, job.organization, job.delivery, job.kind, reason
                    )
                    return None
                case Settled():
                    return None
                case Wait():
                    return step

    async def _attempts(
        self, connection: Connection, job: Announce, announcement: uuid.UUID
    ) -> tuple[Attempt, ...]:
        """Fetch the tries; one whose answer is overdue is *unknown* from now on."""
        attempts = await notices.attempts(connection, job.organization, job.delivery, announcement)
        overdue = [one for one in attempts if is_abandoned(one, self._clock.now())]
        for one in overdue:
            await self._progress.in_doubt(
                connection,
                job.organization,
                found(one.id, job.delivery, announcement, job.kind, one.carrier),
            )
        if overdue:
            return await notices.attempts(connection, job.organization, job.delivery, announcement)
        return attempts

    def _decide(
        self,
        facts: NoticeFacts,
        kind: NoticeKind,
        number: PhoneNumber,
        attempts: tuple[Attempt, ...],
    ) -> NextStep:
        live_allowed = number.may_reach_a_carrier and "not_assignable" not in facts.flags
        options = self._carriers.options(facts.carriers, live_allowed=live_allowed)
        if not options and not attempts:
            return GiveUp(
                CarrierReason.NO_CARRIER if live_allowed else CarrierReason.NOT_ASSIGNABLE
            )
        deadline = self._deadline(facts, kind, attempts)
        step = next_step(attempts, options, self._clock.now(), deadline)
        if facts.opted_out and isinstance(step, Ask) and step.again is None:
            return GiveUp(CarrierReason.OPTED_OUT)
        return step

    def _deadline(
        self, facts: NoticeFacts, kind: NoticeKind, attempts: tuple[Attempt, ...]
    ) -> datetime:
        if kind is not NoticeKind.FRESH_LINK:
            return facts.expires_at
        begun = attempts[0].created_at if attempts else self._clock.now()
        return begun + FRESH_LINK_PATIENCE

    async def _begin(
        self,
        connection: Connection,
        job: Announce,
        announcement: uuid.UUID,
        facts: NoticeFacts,
        number: PhoneNumber,
        link: _Link,
        carrier: str,
        again: uuid.UUID | None,
    ) -> _Asking:
        now = self._clock.now()
        text = self._compose(facts, job.kind, link.token)
        attempt = again or self._new_id()
        if again is not None:
            await notices.begin_again(connection, job.organization, again, now)
        else:
            new = NewAttempt(
                id=attempt,
                delivery=job.delivery,
                announcement=announcement,
                kind=job.kind,
                link_number=link.number,
                carrier=carrier,
                segments=text.segments,
            )
            token_hash = self._keyring.link_token_hash(link.token)
            new_link = NewLink(token_hash, now + LINK_LIFETIME) if link.is_new else None
            await notices.begin(connection, job.organization, new, new_link, now)
        return _Asking(
            self._carriers.by_name[carrier],
            found(attempt, job.delivery, announcement, job.kind, carrier),
            Outbound(attempt, number, text.text, self._deadline(facts, job.kind, ())),
            asked_before=again is not None,
        )

    async def _link(
        self,
        connection: Connection,
        job: Announce,
        announcement: uuid.UUID,
        facts: NoticeFacts,
        attempts: tuple[Attempt, ...],
    ) -> _Link:
        """Give the announcement's link: every try carries the same."""
        known = None
        if attempts:
            known = await notices.link_of(connection, job.organization, job.delivery, announcement)
        if known is None:
            number = facts.links + 1
            return _Link(number, self._keyring.link_token(job.delivery, number), is_new=True)
        number, stored = known
        token = self._keyring.link_token(job.delivery, number, stored)
        return _Link(number, token, is_new=False)

    def _compose(self, facts: NoticeFacts, kind: NoticeKind, token: str) -> NoticeText:
        template = facts.nudge_wording if kind is NoticeKind.NUDGE else facts.notice_wording
        return NoticeWording(template).compose(facts.practice, f"{self._pickup_url}/{token}")

    async def _ask(self, asking: _Asking) -> Answer:
        """Ask within the deadline. A fault of ours after asking is an unknown, too."""
        try:
            async with asyncio.timeout(self._carrier_deadline):
                answer = await asking.carrier.send(asking.message)
        except TimeoutError:
            return Unknown("deadline")
        except Exception as problem:  # noqa: BLE001 - it may have been sent: that must be written
            log.warning("carrier fault", carrier=asking.carrier.name, kind=type(problem).__name__)
            return Unknown("fault")
        if isinstance(answer, Rejected) and leaves_a_doubt(
            answer.reason, asked_before=asking.asked_before
        ):
            return Unknown(answer.reason.value)
        return answer

    async def _look_up(self, job: Announce, looking: _LookingUp) -> None:
        try:
            async with asyncio.timeout(self._carrier_deadline):
                receipt = await looking.carrier.reconcile(looking.attempt.id)
        except Exception as problem:  # noqa: BLE001 - the next look-up may tell
            log.warning("carrier fault", carrier=looking.carrier.name, kind=type(problem).__name__)
            return
        if receipt is None:
            return
        async with self._database.tenant(job.organization) as connection:
            await deliveries.fetch(connection, job.organization, job.delivery, lock=True)
            await self._progress.receipt(connection, job.organization, looking.attempt, receipt)

    async def _write_down(self, job: Announce, asking: _Asking, answer: Answer) -> None:
        tells_more = asking.carrier.capabilities.receipts
        async with self._database.tenant(job.organization) as connection:
            if tells_more:
                await self._progress.wait_in_turn(connection, asking.carrier.name, answer)
                await deliveries.fetch(connection, job.organization, job.delivery, lock=True)
            await self._progress.answered(connection, job.organization, asking.attempt, answer)
            if tells_more and isinstance(answer, Accepted) and answer.reference is not None:
                await self._progress.came_early(
                    connection, job.organization, asking.attempt, answer.reference
                )


def _overtaken(facts: NoticeFacts, kind: NoticeKind, now: datetime) -> bool:
    """Say whether there is nothing left to tell: read, recalled, expired, or another's number."""
    if facts.number_changed_hands:
        return True
    if kind is NoticeKind.FRESH_LINK:
        return False  # it leads to the mailbox, whatever became of this message
    if facts.content_ended or facts.expires_at <= now:
        return True
    return rank(facts.state) >= rank(DeliveryState.READ)
