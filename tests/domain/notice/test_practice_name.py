import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.notice.practice_name import clean_practice_name, shortened_practice_name


@pytest.mark.parametrize(
    ("name", "room", "shortened"),
    [
        ("Lakeside Clinic", 20, "Lakeside Clinic"),
        ("Lakeside Clinic, P.L.L.C.", 20, "Lakeside Clinic"),
        ("Lakeside Clinic, Inc.", 16, "Lakeside Clinic"),
        ("Lakeside Clinic LLC", 19, "Lakeside Clinic LLC"),
        ("Greater Springfield Community and Family Practice", 36, "Greater Springfield Community"),
        ("Center for the Health of Families", 17, "Center"),
        ("Lakeside Clinic (North Campus)", 24, "Lakeside Clinic"),
        ("Smith, Jones & Partners", 15, "Smith, Jones"),
        ("Smith, Jones & Partners", 8, "Smith"),
        ("Donaudampfschifffahrtspraxis", 10, "Donaudamp."),
        ("Lakeside  \n Clinic\u200b", 20, "Lakeside Clinic"),
    ],
)
def test_a_shortened_name_still_reads_as_a_name(name: str, room: int, shortened: str) -> None:
    assert shortened_practice_name(name, room) == shortened


def test_a_name_cannot_turn_the_text_around_or_break_its_line() -> None:
    assert clean_practice_name("Lake\u202eside\r\nClinic\x00") == "Lakeside Clinic"


@given(st.text(max_size=120), st.integers(min_value=1, max_value=80))
def test_a_shortened_name_never_takes_more_than_its_room(name: str, room: int) -> None:
    shortened = shortened_practice_name(name, room)
    assert len(shortened) <= room
    assert bool(shortened) == bool(clean_practice_name(name))
