"""From what a person typed to a PhoneNumber, or to a refusal that says what to do.

In order: make the characters plain, refuse what isn't one number alone, refuse service numbers,
then read the digits. Nothing is guessed: digits with a + have one reading; digits without one may
have two, one in the practice's own country and one abroad, and `_reading_without_plus` says when
neither can be mistaken for the other.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
)

from licorne.domain.identity.number_refusal import NumberRefusalReason as Reason
from licorne.domain.identity.number_refusal import NumberRefused, refused
from licorne.domain.identity.phone_number import LineKind, PhoneNumber, phone_number_from_plan
from licorne.domain.identity.plain_characters import plain_characters

LONGEST_TYPED = 64  # characters; cut off before libphonenumber's regular expressions see the text
_LONGEST_SHORT_CODE = 6
_LONGEST_E164 = len("+") + 15  # ITU-T E.164 §6.2.1
_EMERGENCY_ANYWHERE = frozenset({"911", "112", "999", "000"})
_ONE_NUMBER = re.compile(r"\(?\+?[0-9 ().\-/]*")
_WITH_EXTENSION = re.compile(
    r"\(?\+?[0-9][0-9 ().\-/]*"
    r"(?:;? ?ext(?:ension|n)?|;|,+|x|#)[ .:=]{0,3}[0-9]{1,7}#?",
    re.IGNORECASE,
)
_VANITY_WORDS = re.compile(r"[A-Z]{2,}")
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def parse_phone_number(typed: str, default_region: str) -> PhoneNumber:
    """Read one phone number; `default_region` (ISO 3166-1, such as "US") is the practice's country.

    Raises NumberRefused with its sentence, and ValueError if the region itself is unknown.
    """
    if default_region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"unknown region: {default_region!r}")
    if len(typed) > LONGEST_TYPED:
        raise refused(Reason.OVERSIZED)
    return _parse(typed, default_region)


@lru_cache(maxsize=4096)  # a practice writes to the same numbers; the plans cost 0.1 ms each time
def _parse(typed: str, default_region: str) -> PhoneNumber:
    plain = re.sub(r"(?i)^tel:", "", plain_characters(typed).strip(" "))
    if not plain:
        raise refused(Reason.EMPTY)
    if _WITH_EXTENSION.fullmatch(plain):
        raise refused(Reason.EXTENSION, plain)
    if not _ONE_NUMBER.fullmatch(plain):
        raise _refusal_of_odd_characters(plain, default_region)
    return _read(_compact(plain), plain, default_region)


def _refusal_of_odd_characters(plain: str, region: str) -> NumberRefused:
    """Refuse letters, with the keypad's digits as a suggestion where those make a number."""
    if not any(character.isalpha() for character in plain):
        return refused(Reason.NOT_A_NUMBER, plain)
    # A lone letter is a slip (2l4, 21O), not a word on a keypad: suggesting its key would mislead.
    spelled = _VANITY_WORDS.sub(lambda word: word.group().translate(_KEYPAD), plain.upper())
    if plain[0] not in "+(0123456789" or not _ONE_NUMBER.fullmatch(spelled):
        return refused(Reason.LETTERS, plain)
    try:
        _read(_compact(spelled), spelled, region)
    except NumberRefused:
        return refused(Reason.LETTERS, plain)
    return refused(Reason.LETTERS, plain, (spelled,))


def _compact(plain: str) -> str:
    return re.sub(r"[^+0-9]", "", plain)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the digits."""

    number: PhoneNumber
    length: int  # a phonenumbers.ValidationResult
    as_written: bool  # just as its country writes it, or with the way out of the country in front

    @property
    def possible(self) -> bool:
        return self.length == ValidationResult.IS_POSSIBLE

    @property
    def lacks_area_code(self) -> bool:
        return self.length == ValidationResult.IS_POSSIBLE_LOCAL_ONLY

    @property
    def assignable(self) -> bool:
        return self.possible and self.number.assignable


def _read(compact: str, typed: str, region: str) -> PhoneNumber:
    digits = compact.removeprefix("+")
    if not digits:
        raise refused(Reason.NOT_A_NUMBER, typed)
    if _is_emergency_number(digits, region):
        raise refused(Reason.EMERGENCY, typed)
    if compact.startswith("+"):
        reading = _international_reading(digits)
    else:
        reading = _reading_without_plus(digits, typed, region)
    if isinstance(reading, Reason):
        raise refused(reading, typed)
    _refuse_what_cannot_be_texted(reading, typed)
    return reading.number


def _is_emergency_number(digits: str, region: str) -> bool:
    if digits in _EMERGENCY_ANYWHERE:
        return True
    is_short = len(digits) <= _LONGEST_SHORT_CODE
    return is_short and bool(phonenumbers.is_emergency_number(digits, region))


def _reading_without_plus(digits: str, typed: str, region: str) -> _Reading | Reason:
    """Choose between the national and the international reading of bare digits.

    A national reading that is assignable and written as its country writes it, trunk prefix and
    all, stands. Otherwise an assignable international reading makes the digits ambiguous where a
    national one is possible too, and is the only reading where none is.
    """
    national = _national_reading(digits, region)
    if isinstance(national, _Reading) and national.assignable and national.as_written:
        return national
    if len(digits) <= _LONGEST_SHORT_CODE:
        return _reason_against_few_digits(digits, region)
    if isinstance(national, _Reading) and national.lacks_area_code:
        return Reason.MISSING_AREA_CODE
    international = _international_reading(digits)
    rival = international if isinstance(international, _Reading) else None
    if isinstance(national, _Reading) and national.possible:
        if rival is None or not rival.assignable or rival.number == national.number:
            return national
        both = (national.number.international, rival.number.international)
        raise refused(Reason.AMBIGUOUS, typed, both)
    if rival is not None and rival.assignable:
        return rival
    if rival is not None and rival.possible:
        raise refused(Reason.NEEDS_PLUS, typed, (rival.number.international,))
    return national


def _reason_against_few_digits(digits: str, region: str) -> Reason:
    country_code = phonenumbers.country_code_for_region(region)
    short = phonenumbers.PhoneNumber(country_code=country_code, national_number=int(digits))
    if phonenumbers.is_possible_short_number_for_region(short, region):
        return Reason.SHORT_CODE
    return Reason.TOO_SHORT


def _national_reading(digits: str, region: str) -> _Reading | Reason:
    try:
        parsed = phonenumbers.parse(digits, region, keep_raw_input=True)
    except NumberParseException as failure:
        return _reason_of_failure(failure)
    left_the_country = parsed.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD
    national_form = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    as_written = left_the_country or digits == _compact(national_form)
    return _looked_up(parsed, as_written=as_written)


def _international_reading(digits: str) -> _Reading | Reason:
    try:
        return _looked_up(phonenumbers.parse("+" + digits, None), as_written=True)
    except NumberParseException as failure:
        return _reason_of_failure(failure)


def _looked_up(parsed: phonenumbers.PhoneNumber, *, as_written: bool) -> _Reading:
    length = phonenumbers.is_possible_number_with_reason(parsed)
    return _Reading(phone_number_from_plan(parsed), length, as_written)


def _reason_of_failure(failure: NumberParseException) -> Reason:
    if failure.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return Reason.UNKNOWN_COUNTRY
    if failure.error_type == NumberParseException.TOO_LONG:
        return Reason.TOO_LONG
    return Reason.TOO_SHORT


_REASONS_OF_LENGTH = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Reason.MISSING_AREA_CODE,
    ValidationResult.TOO_SHORT: Reason.TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.TOO_LONG,
    ValidationResult.INVALID_LENGTH: Reason.WRONG_LENGTH,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.UNKNOWN_COUNTRY,
}


def _refuse_what_cannot_be_texted(reading: _Reading, typed: str) -> None:
    if not reading.possible:
        raise refused(_REASONS_OF_LENGTH[reading.length], typed)
    if len(reading.number.e164) > _LONGEST_E164:
        raise refused(Reason.TOO_LONG, typed)
    if reading.number.line_kind is LineKind.PREMIUM or _is_north_american_900(reading.number):
        raise refused(Reason.PREMIUM, typed)


def _is_north_american_900(number: PhoneNumber) -> bool:
    # The plan calls 900 numbers with an exchange that nobody holds "unknown", not "premium".
    return number.e164.startswith("+1900") and len(number.e164) == len("+19005551212")
