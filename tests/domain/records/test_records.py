import hashlib
import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.ids import MessageId
from licorne.domain.records.certificate import Cause, certify, read_certificate
from licorne.domain.records.hold import clean_reason
from licorne.domain.records.retention import (
    TOO_FEW,
    TOO_MANY,
    UNREADABLE,
    YearsRefused,
    parse_years,
)

times = st.integers(0, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
written = st.lists(st.tuples(st.uuids().map(MessageId), times), min_size=1, max_size=30)


@given(written, st.sampled_from(Cause), st.randoms())
def test_a_certificate_is_read_back_as_it_was_and_knows_no_order(messages, cause, random):
    certificate = certify(messages, cause)
    assert read_certificate(certificate.code) == certificate
    shuffled = list(messages)
    random.shuffle(shuffled)
    assert certify(shuffled, cause) == certificate


@given(written, st.uuids().map(MessageId), times)
def test_one_message_more_is_another_digest(messages, another, at):
    more = certify([*messages, (another, at)], Cause.RETENTION)
    assert more.digest != certify(messages, Cause.RETENTION).digest


def test_the_digest_is_over_the_ids_in_ascending_order():
    low, high = MessageId(uuid.UUID(int=1)), MessageId(uuid.UUID(int=2))
    at = datetime(2020, 5, 1, 23, tzinfo=UTC)
    certificate = certify([(high, at), (low, at)], Cause.ORDERED)
    assert certificate.digest == hashlib.sha256(low.bytes + high.bytes).hexdigest()
    assert certificate.first == date(2020, 5, 1)
    assert "method=slot-overwritten" in certificate.code


@pytest.mark.parametrize("detail", ["", "held", "count=x", "count=1 first=2020-01-01"])
def test_what_is_no_certificate_is_none(detail):
    assert read_certificate(detail) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("5", TOO_FEW), ("0", TOO_FEW), ("51", TOO_MANY), ("six", UNREADABLE), ("", UNREADABLE),
     ("6.5", UNREADABLE), ("-7", UNREADABLE), ("٧", UNREADABLE)],
)  # fmt: skip
def test_a_time_that_no_practice_may_choose_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(YearsRefused) as refused:
        parse_years(typed)
    assert refused.value.sentence == sentence


def test_six_to_fifty_years_can_be_chosen():
    assert [parse_years(f" {years} ") for years in range(6, 51)] == list(range(6, 51))


def test_a_reason_is_one_line():
    assert clean_reason(" Case\n 4711 ") == "Case 4711"
    assert clean_reason(" \n") is None
