"""The rows of the table of cases about numbers and lengths, each as it stands there.

What stands there about receipts, doubts and words is in `tests/edges/api/test_signed_carriers.py`,
`tests/application/sending/test_announce_in_doubt.py`, `tests/edges/api/test_texts_from_phones.py`,
`tests/domain/consent/test_answer_words.py` and, about links, `tests/edges/pickup/test_wire.py`.
"""

import pytest

from licorne.domain.identity.number_refusal import NumberRefusalReason, NumberRefused
from licorne.domain.identity.phone_number import LineKind
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.identity.text_address import parse_text_address
from licorne.domain.notice.gsm_alphabet import with_replacements
from licorne.domain.notice.segments import Encoding, segment


def refusal_of(typed: str) -> NumberRefused:
    with pytest.raises(NumberRefused) as caught:
        parse_phone_number(typed, "US")
    return caught.value


def test_2114367789_at_secure_text_is_possible_not_assignable_and_gets_no_live_sms() -> None:
    number = parse_text_address("2114367789@secure.text", (), "US")
    assert number.e164 == "+12114367789"
    assert not number.assignable
    assert not number.may_reach_a_carrier


def test_214_367_7899_x12_is_refused_as_an_extension() -> None:
    assert refusal_of("214-367-7899 x12").reason is NumberRefusalReason.EXTENSION


def test_310_555_call_is_refused_with_the_digits_suggested() -> None:
    refusal = refusal_of("310-555-CALL")
    assert refusal.reason is NumberRefusalReason.LETTERS
    assert "2255" in refusal.sentence


def test_arabic_digits_are_normalised() -> None:
    assert parse_phone_number("٢١٢٥٥٥٠١٢٣", "US").e164 == "+12125550123"


@pytest.mark.parametrize("typed", ["911", "1-900-555-1212"])
def test_911_and_1_900_555_1212_are_refused(typed: str) -> None:
    assert refusal_of(typed).sentence


def test_442071838750_is_known_as_a_fixed_line() -> None:
    assert parse_phone_number("+442071838750", "US").line_kind is LineKind.FIXED


@pytest.mark.parametrize(("count", "parts"), [(160, 1), (161, 2), (307, 3)])
def test_160_161_and_307_x_are_1_2_and_3_parts(count: int, parts: int) -> None:
    assert segment("x" * count).segments == parts


@pytest.mark.parametrize(
    ("text", "parts"), [("€" * 80, 1), ("€" * 81, 2), ("😀" * 35, 1), ("😀" * 36, 2)]
)
def test_80_and_81_euros_and_35_and_36_faces_are_1_and_2_parts(text: str, parts: int) -> None:
    assert segment(text).segments == parts


def test_joses_clinic_is_ucs2_and_the_straight_apostrophe_makes_it_gsm7() -> None:
    counted = segment("José’s clinic")
    assert counted.encoding is Encoding.UCS2
    assert [one.replacement for one in counted.forcing_characters] == ["'"]
    assert segment(with_replacements("José’s clinic")).encoding is Encoding.GSM7
