"""The reliability that the threat model promises of carriers, played through without a database."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from licorne.domain.notice.attempt import Attempt, AttemptState
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.notice.next_step import (
    Ask,
    CarrierOption,
    GiveUp,
    LookUp,
    Settled,
    Wait,
    leaves_a_doubt,
    next_step,
)

MESSAGES = 10_000
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
OUTAGE = timedelta(hours=1)  # in which most answers are 5xx


@dataclass
class Told:
    """What really happened to one message, whatever Licorne was told."""

    option: CarrierOption
    chance: random.Random
    now: datetime = BEGIN
    attempts: list[Attempt] = field(default_factory=list)
    taken: list[uuid.UUID] = field(default_factory=list)  # by a carrier, by our id
    given_up: bool = False

    def ask(self, step: Ask) -> None:
        identity = step.again or uuid.uuid4()
        tries = 1 + sum(one.tries for one in self.attempts if one.id == identity)
        self.attempts = [one for one in self.attempts if one.id != identity]
        state, reason = self.answer(identity)
        if reason is not None and leaves_a_doubt(reason, asked_before=step.again is not None):
            state, reason = AttemptState.UNKNOWN, CarrierReason.UNKNOWN
        self.attempts.append(
            Attempt(identity, step.carrier, state, reason, tries, self.now, self.now)
        )

    def answer(self, identity: uuid.UUID) -> tuple[AttemptState, CarrierReason | None]:
        luck = self.chance.random()
        in_outage = self.now - BEGIN < OUTAGE
        if luck < (0.9 if in_outage else 0.05):
            return AttemptState.REJECTED, CarrierReason.CARRIER_DOWN
        if luck > 0.98:
            return AttemptState.UNKNOWN, CarrierReason.UNKNOWN  # lost on the way there
        if not (self.option.idempotent and identity in self.taken):
            self.taken.append(identity)
        if luck > 0.96:
            return AttemptState.UNKNOWN, CarrierReason.UNKNOWN  # lost on the way back
        return AttemptState.ACCEPTED, None

    def play(self) -> None:
        deadline = BEGIN + timedelta(days=30)
        while True:
            step = next_step(self.attempts, [self.option], self.now, deadline)
            match step:
                case Ask():
                    self.ask(step)
                case Wait(delay):
                    self.now += delay
                case Settled():
                    return
                case GiveUp():
                    self.given_up = True
                    return
                case LookUp():
                    raise AssertionError("this carrier can't be asked")


def played(option: CarrierOption) -> list[Told]:
    chance = random.Random(10_000)
    messages = [Told(option, chance) for _ in range(MESSAGES)]
    for message in messages:
        message.play()
    return messages


@pytest.mark.parametrize("idempotent", [False, True])
def test_no_message_gets_a_second_text_and_none_is_given_up(idempotent: bool) -> None:
    messages = played(CarrierOption("one", idempotent=idempotent))
    assert max(len(message.taken) for message in messages) == 1
    assert not any(message.given_up for message in messages)


def test_with_an_idempotent_carrier_every_text_arrives() -> None:
    messages = played(CarrierOption("one", idempotent=True))
    assert all(len(message.taken) == 1 for message in messages)


def test_without_ids_only_the_unknown_may_be_missing_and_the_sender_sees_it() -> None:
    messages = played(CarrierOption("one"))
    missing = [message for message in messages if not message.taken]
    assert 0 < len(missing) < MESSAGES * 0.2
    assert all(message.attempts[-1].state is AttemptState.UNKNOWN for message in missing)
