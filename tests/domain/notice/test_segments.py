import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.notice.gsm_alphabet import (
    BASIC_CHARACTERS,
    EXTENSION_CHARACTERS,
    replacement_for,
    with_replacements,
)
from licorne.domain.notice.segments import Encoding, ForcingCharacter, segment

EXTENSION = "^{}\\[]~|€"


def test_the_alphabet_has_as_many_characters_as_the_standard() -> None:
    assert len(BASIC_CHARACTERS) == 127  # 128 less the escape
    assert len(EXTENSION_CHARACTERS) == 10


@pytest.mark.parametrize(
    ("length", "segments"), [(0, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]
)
def test_plain_letters_take_as_many_segments_as_the_field_notes_say(
    length: int, segments: int
) -> None:
    counted = segment("x" * length)
    assert (counted.segments, counted.encoding) == (segments, Encoding.GSM7)


@pytest.mark.parametrize(("count", "segments"), [(80, 1), (81, 2)])
def test_a_euro_sign_counts_two(count: int, segments: int) -> None:
    counted = segment("€" * count)
    assert (counted.segments, counted.units) == (segments, 2 * count)
    assert counted.encoding is Encoding.GSM7


@pytest.mark.parametrize("character", EXTENSION)
def test_every_extension_character_counts_two(character: str) -> None:
    assert segment(character).units == 2
    assert segment("x" * 159 + character).segments == 2


@pytest.mark.parametrize(("count", "segments"), [(35, 1), (36, 2), (66, 2), (67, 3)])
def test_an_emoji_counts_two_units_of_ucs2(count: int, segments: int) -> None:
    counted = segment("😀" * count)
    assert (counted.segments, counted.encoding) == (segments, Encoding.UCS2)


@pytest.mark.parametrize(("count", "segments"), [(70, 1), (71, 2), (134, 2), (135, 3)])
def test_cyrillic_takes_seventy_or_sixty_seven_characters(count: int, segments: int) -> None:
    assert segment("ж" * count).segments == segments


def test_a_curly_apostrophe_forces_ucs2_and_the_straight_one_is_offered() -> None:
    counted = segment("José’s clinic")
    assert counted.encoding is Encoding.UCS2
    assert counted.forcing_characters == (ForcingCharacter("’", "'"),)
    assert segment("José's clinic").encoding is Encoding.GSM7
    assert with_replacements("José’s clinic") == "José's clinic"


def test_each_forcing_character_is_named_once_in_order() -> None:
    counted = segment("“ж” ж “á”")
    assert [forcing.character for forcing in counted.forcing_characters] == ["“", "ж", "”", "á"]
    assert [forcing.replacement for forcing in counted.forcing_characters] == ['"', None, '"', "a"]


def test_a_surrogate_pair_is_never_split() -> None:
    parts = segment("ж" * 66 + "😀" * 10).parts
    assert parts[0] == "ж" * 66
    assert parts[1].startswith("😀")


def test_an_escape_is_never_split_from_its_character() -> None:
    parts = segment("x" * 152 + "€" + "x" * 20).parts
    assert parts[0] == "x" * 152
    assert parts[1].startswith("€")


def test_the_room_left_is_counted_to_the_next_segment() -> None:
    assert segment("x" * 100).units_left == 60
    assert segment("x" * 161).units_left == 153 - 8
    assert segment("x" * 160).units_left == 0


@pytest.mark.parametrize(
    ("character", "replacement"),
    [
        ("—", "-"),
        ("…", "..."),
        ("\u00a0", " "),
        ("\u200b", ""),
        ("ç", "c"),
        ("ł", "l"),
        ("ﬁ", "fi"),
        ("Ａ", "A"),
        ("™", "TM"),
        ("ж", None),
        ("中", None),
        ("😀", None),
        ("\u0301", None),
    ],
)
def test_what_comes_close_is_offered(character: str, replacement: str | None) -> None:
    assert replacement_for(character) == replacement


def test_a_decomposed_accent_is_put_together_before_it_is_replaced() -> None:
    assert with_replacements("Jose\u0301") == "José"
    assert with_replacements("A\u0301vila") == "Avila"


@given(st.text(max_size=700))
def test_the_parts_are_the_text_and_each_fits(text: str) -> None:
    counted = segment(text)
    assert "".join(counted.parts) == text
    assert counted.units_left >= 0
    if counted.encoding is Encoding.UCS2 and counted.segments > 1:
        assert all(
            len(part.encode("utf-16-be", "surrogatepass")) <= 2 * 67 for part in counted.parts
        )
    if counted.encoding is Encoding.GSM7 and counted.segments > 1:
        assert all(sum(2 if c in EXTENSION else 1 for c in part) <= 153 for part in counted.parts)


@given(st.text(max_size=200))
def test_replacing_twice_is_replacing_once_and_never_adds_a_forcing_character(text: str) -> None:
    once = with_replacements(text)
    assert with_replacements(once) == once
    assert all(forcing.replacement is None for forcing in segment(once).forcing_characters)
