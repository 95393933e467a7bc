import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.number_refusal import NumberRefusalReason as Reason
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number import LineKind, PhoneNumber
from licorne.domain.identity.phone_number_parsing import LONGEST_TYPED, parse_phone_number

REGIONS = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))
LIKE_A_NUMBER = st.text(
    alphabet="+0123456789 ()-./x#,;ext*٢३９\u202d\u202e²", max_size=LONGEST_TYPED
)


def refusal_of(typed: str, region: str = "US") -> NumberRefused:
    with pytest.raises(NumberRefused) as caught:
        parse_phone_number(typed, region)
    return caught.value


def number_or_refusal(typed: str, region: str) -> PhoneNumber | NumberRefused:
    try:
        return parse_phone_number(typed, region)
    except NumberRefused as refusal:
        return refusal


def test_an_unassignable_american_number_is_accepted_and_flagged() -> None:
    number = parse_phone_number("2114367789", "US")
    assert number.e164 == "+12114367789"
    assert not number.assignable
    assert not number.may_reach_a_carrier


def test_an_assignable_american_number_may_reach_a_carrier() -> None:
    number = parse_phone_number("2143677899", "US")
    assert number.assignable
    assert number.may_reach_a_carrier
    assert number.region == "US"


@pytest.mark.parametrize(
    "typed",
    [
        "2143677899",
        "12143677899",
        "+12143677899",
        "214-367-7899",
        "214.367.7899",
        "214/367/7899",
        "(214) 367-7899",
        "+1 (214) 367-7899",
        "(+1) 214 367 7899",
        "1 214 367 7899",
        "  214 367 7899  ",
        "tel:+1-214-367-7899",
        "TEL:+1-214-367-7899",
        "٢١٤٣٦٧٧٨٩٩",
        "२१४३६७७८९९",
        "２１４３６７７８９９",
        "＋１２１４３６７７８９９",
        "（214）367－7899",
        "\u202d+1 214-367-7899\u202c",
        "214\u00a0367\u20117899",
        "214\u2013367\u22127899",
        "\ufeff214\u200b3677899",
    ],
)
def test_every_way_of_writing_one_american_number_gives_the_same_number(typed: str) -> None:
    assert parse_phone_number(typed, "US").e164 == "+12143677899"


def test_a_fixed_line_abroad_is_accepted_and_known_to_be_fixed() -> None:
    number = parse_phone_number("+442071838750", "US")
    assert (number.e164, number.line_kind, number.region) == (
        "+442071838750",
        LineKind.FIXED,
        "GB",
    )


@pytest.mark.parametrize("typed", ["442071838750", "5511987654321", "33612345678"])
def test_a_foreign_number_without_plus_is_read_where_it_cannot_be_mistaken(typed: str) -> None:
    assert parse_phone_number(typed, "US").e164 == "+" + typed


def test_a_number_dialled_out_of_the_country_is_read() -> None:
    assert parse_phone_number("011 44 20 7183 8750", "US").e164 == "+442071838750"
    assert parse_phone_number("00 1 214 367 7899", "GB").e164 == "+12143677899"


def test_the_zero_that_british_people_write_in_brackets_is_understood() -> None:
    assert parse_phone_number("+44 (0)20 7183 8750", "US").e164 == "+442071838750"
    assert parse_phone_number("020 7183 8750", "GB").e164 == "+442071838750"


def test_the_leading_zero_of_an_italian_number_stays() -> None:
    assert parse_phone_number("06 698 12345", "IT").e164 == "+390669812345"


@pytest.mark.parametrize(
    ("typed", "region", "readings"),
    [
        ("6421234567", "US", ("+1 642-123-4567", "+64 21 234 567")),
        ("491701234567", "DE", ("+49 491 701234567", "+49 170 1234567")),
        ("442071838750", "DE", ("+49 4420 71838750", "+44 20 7183 8750")),
    ],
)
def test_an_ambiguous_number_is_refused_with_both_readings(
    typed: str, region: str, readings: tuple[str, str]
) -> None:
    refusal = refusal_of(typed, region)
    assert refusal.reason is Reason.AMBIGUOUS
    assert all(reading in refusal.sentence for reading in readings)


@pytest.mark.parametrize("reading", ["+16421234567", "+64 21 234 567"])
def test_each_reading_of_an_ambiguous_number_is_accepted_with_its_plus(reading: str) -> None:
    assert parse_phone_number(reading, "US").e164 == reading.replace(" ", "")


def test_a_connecticut_number_is_not_taken_for_one_in_alexandria() -> None:
    assert parse_phone_number("2034367789", "US").e164 == "+12034367789"
    assert parse_phone_number("+2034367789", "US").region == "EG"


def test_a_trunk_prefix_settles_the_reading() -> None:
    assert parse_phone_number("0491 701234567", "DE").e164 == "+49491701234567"


def test_a_foreign_number_that_nobody_can_have_is_refused_without_its_plus() -> None:
    refusal = refusal_of("4912345678901")
    assert refusal.reason is Reason.NEEDS_PLUS
    assert "+49 12345678901" in refusal.sentence


@pytest.mark.parametrize(
    "typed",
    [
        "214-367-7899 x12",
        "214-367-7899x12",
        "214-367-7899 ext. 12",
        "214-367-7899 Extension 12",
        "214-367-7899 #12",
        "214-367-7899,,12",
        "+1-214-367-7899;ext=12",
        "(214) 367-7899 ext: 12",
        "２１４３６７７８９９ｘ１２",
    ],
)
def test_an_extension_is_refused(typed: str) -> None:
    refusal = refusal_of(typed)
    assert refusal.reason is Reason.EXTENSION
    assert "mobile" in refusal.sentence


def test_letters_are_refused_with_the_digits_suggested() -> None:
    refusal = refusal_of("310-555-CALL")
    assert refusal.reason is Reason.LETTERS
    assert "310-555-2255" in refusal.sentence


@pytest.mark.parametrize(
    "typed", ["anna", "2l4-367-7899", "21O-367-7899", "CALL", "+1 21 ABC", "é1"]
)
def test_letters_that_spell_no_number_get_no_suggestion(typed: str) -> None:
    refusal = refusal_of(typed)
    assert refusal.reason is Reason.LETTERS
    assert "If you mean" not in refusal.sentence


@pytest.mark.parametrize(
    ("typed", "region"),
    [("911", "US"), ("9-1-1", "US"), ("112", "DE"), ("+112", "US"), ("999", "GB"), ("108", "IN")],
)
def test_an_emergency_number_is_refused(typed: str, region: str) -> None:
    refusal = refusal_of(typed, region)
    assert refusal.reason is Reason.EMERGENCY
    assert "call it" in refusal.sentence


@pytest.mark.parametrize("typed", ["988", "411", "21610", "227433"])
def test_a_short_code_is_refused(typed: str) -> None:
    assert refusal_of(typed).reason is Reason.SHORT_CODE


@pytest.mark.parametrize(
    "typed", ["1-900-555-1212", "900 555 1212", "1-900-155-1212", "+44 909 879 0123"]
)
def test_a_premium_number_is_refused(typed: str) -> None:
    assert refusal_of(typed).reason is Reason.PREMIUM


@pytest.mark.parametrize(
    ("typed", "region", "reason"),
    [
        ("", "US", Reason.EMPTY),
        ("  \u200e ", "US", Reason.EMPTY),
        ("()", "US", Reason.NOT_A_NUMBER),
        ("+", "US", Reason.NOT_A_NUMBER),
        ("*67", "US", Reason.NOT_A_NUMBER),
        ("²143677899", "US", Reason.NOT_A_NUMBER),
        ("\u202e9987763412", "US", Reason.NOT_A_NUMBER),
        ("214-367-7899, 310-555-2255", "US", Reason.NOT_A_NUMBER),
        ("2143677899+tag", "US", Reason.LETTERS),
        ("2143677899+1", "US", Reason.NOT_A_NUMBER),
        ("21436\x0077899", "US", Reason.NOT_A_NUMBER),
        ("2143677899\r\n", "US", Reason.NOT_A_NUMBER),
        ("367-7899", "US", Reason.MISSING_AREA_CODE),
        ("+1 367-7899", "US", Reason.MISSING_AREA_CODE),
        ("+1", "US", Reason.TOO_SHORT),
        ("+1 214", "US", Reason.TOO_SHORT),
        ("21436778991234", "US", Reason.TOO_LONG),
        ("+47 5555555", "US", Reason.WRONG_LENGTH),
        ("00442071838750", "US", Reason.TOO_LONG),
        ("+999 123 456 789", "US", Reason.UNKNOWN_COUNTRY),
        ("+0 214 367 7899", "US", Reason.UNKNOWN_COUNTRY),
        ("2" * (LONGEST_TYPED + 1), "US", Reason.OVERSIZED),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(
    typed: str, region: str, reason: Reason
) -> None:
    assert refusal_of(typed, region).reason is reason


def test_every_refusal_sentence_fits_one_smtp_reply_line_and_repeats_no_odd_characters() -> None:
    for typed in ("²1", "\u202e12", "1\r\n250 OK", "é" * 60, "CALL ME " * 8, "6421234567"):
        sentence = refusal_of(typed).sentence
        assert sentence.isascii()
        assert sentence.isprintable()
        assert len(sentence) < 400


def test_a_refusal_shows_no_number_in_a_traceback() -> None:
    assert "900" not in repr(refusal_of("1-900-555-1212"))


def test_an_unknown_region_is_an_error_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown region"):
        parse_phone_number("2143677899", "XX")


def test_small_countries_whose_numbers_are_short_are_not_taken_for_short_codes() -> None:
    assert parse_phone_number("4002", "NU").e164 == "+6834002"


@given(st.one_of(st.text(max_size=100), LIKE_A_NUMBER), REGIONS)
def test_any_text_gives_a_number_or_a_refusal(typed: str, region: str) -> None:
    answer = number_or_refusal(typed, region)
    if isinstance(answer, NumberRefused):
        assert answer.sentence.isascii()
        assert answer.sentence.isprintable()
    else:
        assert PhoneNumber.from_e164(answer.e164) == answer
        assert answer.line_kind is not LineKind.PREMIUM


@given(REGIONS)
def test_every_form_of_a_number_reads_back_as_the_same_number(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return
    number = PhoneNumber.from_e164(
        phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    )
    assert number.assignable
    assert parse_phone_number(number.e164, "US") == number
    assert parse_phone_number(number.international, "US") == number
    assert parse_phone_number(number.national, region) == number
