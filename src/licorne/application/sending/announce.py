"""Announces a delivery: an ordinary text that says who has written, and a link; nothing else.

A try is committed as *sending* before the carrier is asked, so that whoever comes after a crash
knows that it may have been sent. What to do next is decided anew each time from the rows
(`domain/notice/next_step`): time-outs, failover and back-off are rows, never sleeps.
"""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta

import structlog

from licorne.application.sending.announcement_rules import AnnouncementRules, Asking, Link
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.first_tries import FirstTries, Taken
from licorne.application.sending.notice_progress import NoticeProgress, found
from licorne.domain.notice.attempt import Attempt
from licorne.domain.notice.next_step import (
    Ask,
    GiveUp,
    LookUp,
    Settled,
    Wait,
    is_abandoned,
    leaves_a_doubt,
)
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Accepted, Answer, Rejected, SmsCarrier, Unknown
from licorne.store import deliveries, notices
from licorne.store.database import Connection, Database
from licorne.store.jobs import Announce
from licorne.store.notices import FoundAttempt, NewAttempt, NewLink, NoticeFacts
from licorne.vault.keyring import Keyring

CARRIER_DEADLINE = 30.0  # seconds, well within next_step.LEASE

log = structlog.get_logger("licorne.sending")


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
        self._carriers = carriers
        self._clock = clock
        self._progress = NoticeProgress(clock, randomness)
        self._rules = AnnouncementRules(keyring, carriers, clock, randomness, pickup_url)
        self._first_tries = FirstTries(database, self._rules, self._progress, clock)
        self._carrier_deadline = carrier_deadline

    async def __call__(self, job: Announce, announcement: uuid.UUID) -> timedelta | None:
        """Ask carriers until one has it or none is left; give how long to wait if it must.

        ``announcement`` is the same for every run of one job, so that a job that is handed out
        twice goes on where it was. Done means nothing: there is nothing left to do.
        """
        first = await self._first_tries.begin(job, announcement)
        while True:
            step = first or await self._prepare(job, announcement)
            first = None
            match step:
                case Asking():
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
    ) -> Asking | _LookingUp | Wait | None:
        """Decide, and commit the decision before anything leaves."""
        async with self._database.tenant(job.organization) as connection:
            found_facts = await notices.facts(connection, job.organization, [job.delivery])
            facts = found_facts.get(job.delivery)
            if facts is None or self._rules.is_overtaken(facts, job.kind):
                return None
            attempts = await self._attempts(connection, job, announcement)
            number = self._rules.number(job.organization, facts)
            step = self._rules.decide(facts, job.kind, number, attempts)
            match step:
                case Ask():
                    link = await self._link(connection, job, announcement, facts, attempts)
                    asking, attempt, new_link = self._rules.asking(
                        job, announcement, facts, number, link, step
                    )
                    await self._begin(connection, job, step, attempt, new_link)
                    return asking
                case LookUp(name, attempt_id):
                    await notices.count_look_up(
                        connection, job.organization, attempt_id, self._clock.now()
                    )
                    return _LookingUp(
                        self._carriers.by_name[name],
                        found(attempt_id, job.delivery, announcement, job.kind, name),
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

    async def _begin(
        self,
        connection: Connection,
        job: Announce,
        ask: Ask,
        attempt: NewAttempt,
        link: NewLink | None,
    ) -> None:
        now = self._clock.now()
        if ask.again is not None:
            await notices.begin_again(connection, job.organization, ask.again, now)
        else:
            await notices.begin(connection, job.organization, [(attempt, link)], now)

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

    async def _link(
        self,
        connection: Connection,
        job: Announce,
        announcement: uuid.UUID,
        facts: NoticeFacts,
        attempts: tuple[Attempt, ...],
    ) -> Link:
        """Give the announcement's link: every try carries the same."""
        known = None
        if attempts:
            known = await notices.link_of(connection, job.organization, job.delivery, announcement)
        if known is None:
            return self._rules.new_link(job.delivery, facts)
        return self._rules.known_link(job.delivery, *known)

    async def _ask(self, asking: Asking) -> Answer:
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

    async def _write_down(self, job: Announce, asking: Asking, answer: Answer) -> None:
        if isinstance(answer, Accepted) and self._first_tries.takes_down(asking):
            await self._first_tries.write_down(job.organization, Taken(asking, answer))
            return
        tells_more = asking.carrier.capabilities.receipts
        async with self._database.tenant(job.organization) as connection:
            if tells_more:
                await self._progress.wait_in_turn(connection, asking.carrier.name, answer)
                await deliveries.fetch(connection, job.organization, job.delivery, lock=True)
            await self._progress.answered(connection, job.organization, asking.attempt, answer)
            if tells_more and isinstance(answer, Accepted) and answer.reference is not None:
                await self._progress.came_early(
                    connection, job.organization, [(asking.attempt, answer.reference)]
                )
