import contextlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.message.lifetime import (
    LifetimeUnreadable,
    parse_iso_duration,
    parse_typed_lifetime,
)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("P7D", timedelta(days=7)),
        ("PT12H", timedelta(hours=12)),
        ("P1DT6H30M5S", timedelta(days=1, hours=6, minutes=30, seconds=5)),
        ("P2W", timedelta(weeks=2)),
        ("PT90M", timedelta(minutes=90)),
        ("P0D", timedelta(0)),
    ],
)
def test_an_iso_duration_is_read(text: str, span: timedelta):
    assert parse_iso_duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P7",
        "7D",
        "P1Y",
        "P1M",
        "P1.5D",
        "P-1D",
        "-P1D",
        "P1DT",
        "P1W2D",
        "p7d",
        "P٣D",
        "P" + "9" * 50 + "D",
        "P999999999W",
        " P7D",
        "P7D\n",
    ],
)
def test_what_is_no_duration_of_fixed_length_is_refused(text: str):
    with pytest.raises(LifetimeUnreadable) as refused:
        parse_iso_duration(text)
    assert "P7D" in refused.value.sentence


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("7d", timedelta(days=7)),
        (" 12 H ", timedelta(hours=12)),
        ("30m", timedelta(minutes=30)),
        ("2w", timedelta(weeks=2)),
        ("P7D", timedelta(days=7)),
    ],
)
def test_a_person_types_it_short(typed: str, span: timedelta):
    assert parse_typed_lifetime(typed) == span


@pytest.mark.parametrize("typed", ["", "7", "d", "7 days", "1y", "-1d", "999999999w", "7d 1h"])
def test_what_a_person_mistypes_gets_examples(typed: str):
    with pytest.raises(LifetimeUnreadable) as refused:
        parse_typed_lifetime(typed)
    assert "7d" in refused.value.sentence


@given(st.text(max_size=100))
def test_no_text_surprises_the_readers(text: str):
    for read in (parse_iso_duration, parse_typed_lifetime):
        with contextlib.suppress(LifetimeUnreadable):
            assert read(text) >= timedelta(0)
