import pytest

from licorne.domain.identity.phone_number import LineKind, PhoneNumber


def test_a_number_is_shown_as_its_country_and_as_the_world_writes_it() -> None:
    number = PhoneNumber.from_e164("+12114367789")
    assert number.national == "(211) 436-7789"
    assert number.international == "+1 211-436-7789"


def test_a_reader_at_home_sees_the_national_form_and_a_reader_abroad_the_international() -> None:
    number = PhoneNumber.from_e164("+442071838750")
    assert number.shown_in("GB") == "020 7183 8750"
    assert number.shown_in("US") == "+44 20 7183 8750"


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+12114367789", "•••-•••-7789"),
        ("+442071838750", "+44 •• •••• 8750"),
        ("+6834002", "+683 ••02"),
    ],
)
def test_the_masked_form_leaves_the_end_visible(e164: str, masked: str) -> None:
    assert PhoneNumber.from_e164(e164).masked == masked


def test_a_number_never_shows_itself_in_a_log_line() -> None:
    number = PhoneNumber.from_e164("+12114367789")
    assert "211436" not in f"{number} {number!r} {(number,)}".replace("-", "")
    assert "436" not in f"{number} {number!r} {(number,)}"


def test_numbers_are_equal_by_their_e164_form_alone() -> None:
    stored = PhoneNumber("+12143677899", assignable=True, line_kind=LineKind.UNKNOWN, region=None)
    assert stored == PhoneNumber.from_e164("+12143677899")
    assert hash(stored) == hash(PhoneNumber.from_e164("+12143677899"))


@pytest.mark.parametrize(
    "text", ["", "+", "12143677899", "+1214 3677899", "+0123456789", "+999123456789", "+1" * 9]
)
def test_what_is_not_e164_cannot_be_brought_back(text: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        PhoneNumber.from_e164(text)


def test_a_premium_number_may_not_reach_a_carrier() -> None:
    assert PhoneNumber.from_e164("+19005551212").line_kind is LineKind.PREMIUM
    assert not PhoneNumber.from_e164("+19005551212").may_reach_a_carrier
