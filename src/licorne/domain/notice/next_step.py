"""What to do next to announce a delivery, decided from the tries made so far. Changes nothing.

In each round every carrier is asked once, in the organization's order, one right after the other;
between rounds the wait grows (`BACK_OFF`). An answer that is unknown is never followed by another
text: only a carrier that knows a repeated request by our id is asked again, under the same id.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.notice.attempt import Attempt, AttemptState
from licorne.domain.notice.carrier_reason import CarrierReason, Remedy

BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
)
# A carrier must have answered by then; whoever finds an older unanswered try calls it unknown.
LEASE = timedelta(seconds=60)
# Each of these cost a text: a phone that stays off isn't texted hour after hour.
MOST_UNDELIVERED = 4
MOST_LOOK_UPS = 6


@dataclass(frozen=True, slots=True)
class CarrierOption:
    """A carrier that may be asked.

    ``idempotent``: it knows a repeated request by our id, for as long as ``idempotent_for``
    (nothing: for ever).
    """

    name: str
    idempotent: bool = False
    reconciles: bool = False
    idempotent_for: timedelta | None = None

    def knows_still(self, attempt: Attempt, now: datetime) -> bool:
        """Say whether a repeated request would be known as this try."""
        if not self.idempotent:
            return False
        return self.idempotent_for is None or now - attempt.created_at < self.idempotent_for


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask this carrier: with a new try, or again under the id of an earlier one."""

    carrier: str
    again: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the carrier what became of a try."""

    carrier: str
    attempt: uuid.UUID


@dataclass(frozen=True, slots=True)
class Wait:
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Settled:
    """Nothing to do: a carrier has it, or only a receipt can tell more."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    reason: CarrierReason


NextStep = Ask | LookUp | Wait | Settled | GiveUp


def is_abandoned(attempt: Attempt, now: datetime) -> bool:
    """Say whether a try's answer is overdue: whoever asked has died or lost the carrier."""
    return attempt.state is AttemptState.SENDING and now - attempt.updated_at >= LEASE


def leaves_a_doubt(reason: CarrierReason, *, asked_before: bool) -> bool:
    """Say whether a carrier's no to a repeated request leaves open what became of the first.

    A carrier that is down now may have taken the text before. "No such number" settles both.
    """
    return asked_before and reason.remedy is Remedy.TRY_LATER


def next_step(
    attempts: Sequence[Attempt],
    carriers: Sequence[CarrierOption],
    now: datetime,
    deadline: datetime,
) -> NextStep:
    """Decide from an announcement's tries, oldest first, and the carriers in their order."""
    if any(
        attempt.state in {AttemptState.ACCEPTED, AttemptState.ON_HANDSET} for attempt in attempts
    ):
        return Settled()
    last = attempts[-1] if attempts else None
    if last is not None and last.state in {AttemptState.SENDING, AttemptState.UNKNOWN}:
        return _after_no_answer(last, carriers, now, deadline)
    if last is not None and last.reason is not None and last.reason.remedy is Remedy.GIVE_UP:
        return GiveUp(last.reason)
    undelivered = sum(attempt.state is AttemptState.UNDELIVERED for attempt in attempts)
    usable = [carrier for carrier in carriers if not _won_t_take_it(carrier, attempts)]
    if not usable or undelivered >= MOST_UNDELIVERED:
        return GiveUp(_final_reason(last))
    if last is None:
        return Ask(usable[0].name) if now < deadline else GiveUp(CarrierReason.EXPIRED)
    return _ask_in_turn(usable, attempts, last, now, deadline)


def _after_no_answer(
    last: Attempt, carriers: Sequence[CarrierOption], now: datetime, deadline: datetime
) -> NextStep:
    carrier = next((one for one in carriers if one.name == last.carrier), None)
    is_overdue = last.state is AttemptState.UNKNOWN or is_abandoned(last, now)
    if carrier is None:
        return Settled() if is_overdue else Wait(_remaining(last.updated_at + LEASE, now, LEASE))
    if carrier.knows_still(last, now):
        if last.state is AttemptState.SENDING:
            return Ask(carrier.name, again=last.id)
        return _after_back_off(Ask(carrier.name, again=last.id), last, last.tries, now, deadline)
    if not is_overdue:
        return Wait(_remaining(last.updated_at + LEASE, now, LEASE))
    if carrier.reconciles and last.tries < MOST_LOOK_UPS:
        return _after_back_off(LookUp(carrier.name, last.id), last, last.tries, now, deadline)
    return Settled()


def _ask_in_turn(
    usable: Sequence[CarrierOption],
    attempts: Sequence[Attempt],
    last: Attempt,
    now: datetime,
    deadline: datetime,
) -> NextStep:
    asked = {
        carrier.name: sum(attempt.carrier == carrier.name for attempt in attempts)
        for carrier in usable
    }
    fewest = min(asked.values())
    turn = Ask(next(name for name, count in asked.items() if count == fewest))
    has_round_begun = any(count > fewest for count in asked.values())
    if fewest == 0 or has_round_begun:
        return turn if now < deadline else GiveUp(_final_reason(last))
    step = _after_back_off(turn, last, fewest, now, deadline)
    return GiveUp(_final_reason(last)) if isinstance(step, Settled) else step


def _after_back_off(
    step: Ask | LookUp, last: Attempt, rounds: int, now: datetime, deadline: datetime
) -> NextStep:
    """Give the step once its time has come; nothing when that is after the deadline."""
    pause = BACK_OFF[min(rounds, len(BACK_OFF)) - 1]
    due = last.updated_at + pause
    if due > deadline or now >= deadline:
        return Settled()
    return step if now >= due else Wait(_remaining(due, now, pause))


def _remaining(due: datetime, now: datetime, most: timedelta) -> timedelta:
    """Give the time left, never more than planned: a clock that jumped back must not stall it."""
    return min(due - now, most)


def _won_t_take_it(carrier: CarrierOption, attempts: Sequence[Attempt]) -> bool:
    return any(
        attempt.carrier == carrier.name
        and attempt.reason is not None
        and attempt.reason.remedy is Remedy.OTHER_CARRIER
        for attempt in attempts
    )


def _final_reason(last: Attempt | None) -> CarrierReason:
    if last is None:
        return CarrierReason.NO_CARRIER
    return last.reason or CarrierReason.UNKNOWN
