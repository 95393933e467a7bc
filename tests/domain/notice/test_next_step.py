import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.notice.attempt import Attempt, AttemptState, may_become
from licorne.domain.notice.carrier_reason import CarrierReason, Remedy
from licorne.domain.notice.next_step import (
    LEASE,
    MOST_LOOK_UPS,
    MOST_UNDELIVERED,
    Ask,
    CarrierOption,
    GiveUp,
    LookUp,
    Settled,
    Wait,
    next_step,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
ONE, TWO = CarrierOption("one"), CarrierOption("two")


def tried(
    carrier: str,
    state: AttemptState,
    reason: CarrierReason | None = None,
    *,
    ago: timedelta = timedelta(0),
    tries: int = 1,
) -> Attempt:
    at = NOW - ago
    return Attempt(uuid.uuid4(), carrier, state, reason, tries, at, at)


def down(carrier: str, *, ago: timedelta = timedelta(0)) -> Attempt:
    return tried(carrier, AttemptState.REJECTED, CarrierReason.CARRIER_DOWN, ago=ago)


def test_the_first_carrier_is_asked_first() -> None:
    assert next_step([], [ONE, TWO], NOW, LATER) == Ask("one")


def test_a_round_asks_every_carrier_before_any_wait() -> None:
    assert next_step([down("one")], [ONE, TWO], NOW, LATER) == Ask("two")
    waited = next_step([down("one"), down("two")], [ONE, TWO], NOW, LATER)
    assert waited == Wait(timedelta(seconds=5))


def test_after_the_wait_the_next_round_begins_with_the_first() -> None:
    tries = [down("one", ago=timedelta(seconds=6)), down("two", ago=timedelta(seconds=6))]
    assert next_step(tries, [ONE, TWO], NOW, LATER) == Ask("one")
    assert next_step([*tries, down("one")], [ONE, TWO], NOW, LATER) == Ask("two")


def test_a_carrier_that_wont_take_it_is_not_asked_again() -> None:
    no = tried("one", AttemptState.REJECTED, CarrierReason.FILTERED)
    assert next_step([no, down("two")], [ONE, TWO], NOW, LATER) == Wait(timedelta(seconds=5))
    later = [no, down("two", ago=timedelta(seconds=9))]
    assert next_step(later, [ONE, TWO], NOW, LATER) == Ask("two")


def test_nobody_left_means_giving_up_with_the_last_reason() -> None:
    no = tried("one", AttemptState.REJECTED, CarrierReason.LANDLINE)
    assert next_step([no], [ONE], NOW, LATER) == GiveUp(CarrierReason.LANDLINE)


def test_a_carrier_added_meanwhile_is_asked_too() -> None:
    assert next_step([down("one")], [TWO, ONE], NOW, LATER) == Ask("two")


def test_a_carrier_removed_meanwhile_is_not_asked() -> None:
    assert next_step([down("gone")], [ONE], NOW, LATER) == Ask("one")


def test_a_phone_that_stays_off_is_not_texted_for_ever() -> None:
    off = tried("one", AttemptState.UNDELIVERED, CarrierReason.UNREACHABLE, ago=timedelta(days=1))
    assert next_step([off] * (MOST_UNDELIVERED - 1), [ONE], NOW, LATER) == Ask("one")
    gave_up = next_step([off] * MOST_UNDELIVERED, [ONE], NOW, LATER)
    assert gave_up == GiveUp(CarrierReason.UNREACHABLE)


def test_a_try_in_doubt_is_looked_up_a_few_times_and_then_left() -> None:
    asks = CarrierOption("one", reconciles=True)
    doubt = tried("one", AttemptState.UNKNOWN, CarrierReason.UNKNOWN, ago=timedelta(days=1))
    assert next_step([doubt], [asks, TWO], NOW, LATER) == LookUp("one", doubt.id)
    often = tried("one", AttemptState.UNKNOWN, CarrierReason.UNKNOWN, tries=MOST_LOOK_UPS)
    assert next_step([often], [asks, TWO], NOW, LATER) == Settled()


def test_a_try_in_doubt_at_a_carrier_that_is_gone_is_left() -> None:
    doubt = tried("gone", AttemptState.UNKNOWN, CarrierReason.UNKNOWN)
    assert next_step([doubt], [ONE], NOW, LATER) == Settled()


def test_an_unanswered_try_is_waited_for() -> None:
    fresh = tried("one", AttemptState.SENDING, ago=timedelta(seconds=20))
    assert next_step([fresh], [ONE, TWO], NOW, LATER) == Wait(LEASE - timedelta(seconds=20))


def test_at_the_deadline_it_ends_with_the_last_reason() -> None:
    end = NOW + timedelta(seconds=3)
    assert next_step([down("one")], [ONE], NOW, end) == GiveUp(CarrierReason.CARRIER_DOWN)


REASONS = st.sampled_from(CarrierReason)
STATES = st.sampled_from(AttemptState)
ATTEMPTS = st.lists(
    st.builds(
        lambda carrier, state, reason, seconds, tries: tried(
            carrier,
            state,
            reason if state in {AttemptState.REJECTED, AttemptState.UNDELIVERED} else None,
            ago=timedelta(seconds=seconds),
            tries=tries,
        ),
        st.sampled_from(["one", "two", "gone"]),
        STATES,
        REASONS,
        st.integers(-100_000, 100_000),
        st.integers(1, 9),
    ),
    max_size=8,
)
OPTIONS = st.lists(
    st.builds(CarrierOption, st.sampled_from(["one", "two"]), st.booleans(), st.booleans()),
    max_size=2,
    unique_by=lambda option: option.name,
)


@given(ATTEMPTS, OPTIONS, st.integers(-1000, 1_000_000))
def test_whatever_happened_no_doubt_is_followed_by_a_new_text(
    attempts: list[Attempt], options: list[CarrierOption], until: int
) -> None:
    step = next_step(attempts, options, NOW, NOW + timedelta(seconds=until))
    if isinstance(step, Ask) and step.again is None:
        last = attempts[-1] if attempts else None
        assert last is None or last.state in {AttemptState.REJECTED, AttemptState.UNDELIVERED}
    if isinstance(step, Ask) and step.again is not None:
        assert next(one for one in options if one.name == step.carrier).idempotent


@given(ATTEMPTS, OPTIONS, st.integers(-1000, 1_000_000))
def test_whatever_happened_a_wait_is_short_and_an_ask_is_of_a_known_carrier(
    attempts: list[Attempt], options: list[CarrierOption], until: int
) -> None:
    step = next_step(attempts, options, NOW, NOW + timedelta(seconds=until))
    if isinstance(step, Wait):
        assert timedelta(0) < step.delay <= timedelta(hours=1)
    if isinstance(step, Ask | LookUp):
        assert step.carrier in {option.name for option in options}


@given(ATTEMPTS, OPTIONS)
def test_who_told_a_carrier_to_stop_is_asked_for_by_no_other(
    attempts: list[Attempt], options: list[CarrierOption]
) -> None:
    stopped = tried("one", AttemptState.REJECTED, CarrierReason.OPTED_OUT)
    step = next_step([*attempts, stopped], options, NOW, LATER)
    assert isinstance(step, GiveUp | Settled)


@given(STATES, STATES)
def test_an_attempt_never_goes_back(state: AttemptState, earlier: AttemptState) -> None:
    assert not (may_become(state, earlier) and may_become(earlier, state))


def test_every_reason_has_a_sentence_and_a_remedy() -> None:
    for reason in CarrierReason:
        assert isinstance(reason.remedy, Remedy)
        assert reason.sentence.endswith(".")


@pytest.mark.parametrize(("hours", "again"), [(22, True), (24, False)])
def test_an_unknown_is_asked_again_only_while_the_carrier_knows_the_repeat(
    hours: int, again: bool
) -> None:
    begun = NOW - timedelta(hours=hours)
    attempt = Attempt(uuid.uuid4(), "one", AttemptState.UNKNOWN, None, 1, begun, begun)
    option = CarrierOption("one", idempotent=True, idempotent_for=timedelta(hours=23))
    step = next_step([attempt], [option], NOW, LATER)
    assert step == (Ask("one", again=attempt.id) if again else Settled())
