"""A phone number as Licorne keeps it: E.164, with what the numbering plans say about it.

The numbering plans are libphonenumber's. *Possible* means that the length fits the country;
*assignable* means that the plan can give this number to somebody (211 is no area code). A possible
but not assignable number is accepted and flagged, and must never reach a live carrier.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_E164 = re.compile(r"\+[1-9][0-9]{3,14}", re.ASCII)  # ITU-T E.164 §6.2.1: at most 15 digits
_NORTH_AMERICA = 1
_DIGITS_LEFT_VISIBLE = 4
_DIGITS_LEFT_VISIBLE_OF_SHORT = 2
_SHORT_NUMBER = 8


class LineKind(StrEnum):
    """What the numbering plan says the number is for; the plan can't always tell."""

    MOBILE = "mobile"
    FIXED = "fixed"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    INTERNET = "internet"
    PERSONAL = "personal"
    PAGER = "pager"
    COMPANY = "company"
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"


_LINE_KINDS = {
    PhoneNumberType.MOBILE: LineKind.MOBILE,
    PhoneNumberType.FIXED_LINE: LineKind.FIXED,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineKind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: LineKind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: LineKind.PREMIUM,
    PhoneNumberType.SHARED_COST: LineKind.SHARED_COST,
    PhoneNumberType.VOIP: LineKind.INTERNET,
    PhoneNumberType.PERSONAL_NUMBER: LineKind.PERSONAL,
    PhoneNumberType.PAGER: LineKind.PAGER,
    PhoneNumberType.UAN: LineKind.COMPANY,
    PhoneNumberType.VOICEMAIL: LineKind.VOICEMAIL,
}


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """One phone number; two are equal when their E.164 forms are.

    Made by `parse_phone_number` from what a person typed, or by `from_e164` from what was stored.
    `repr()` and `str()` are masked, because a number in a log line is a leak; ask for `e164`,
    `national` or `international` by name.
    """

    e164: str
    assignable: bool = field(compare=False)
    line_kind: LineKind = field(compare=False)
    region: str | None = field(compare=False)  # ISO 3166-1 alpha-2, "001" for numbers of no country

    @classmethod
    def from_e164(cls, e164: str) -> "PhoneNumber":
        """Bring back a stored number; ValueError if it isn't E.164 with a known country code."""
        return _from_e164(e164)

    @property
    def national(self) -> str:
        """As its own country writes it: `(211) 436-7789`."""
        return phonenumbers.format_number(_parsed(self.e164), PhoneNumberFormat.NATIONAL)

    @property
    def international(self) -> str:
        """As the world writes it: `+1 211-436-7789`."""
        return phonenumbers.format_number(_parsed(self.e164), PhoneNumberFormat.INTERNATIONAL)

    def shown_in(self, region: str) -> str:
        """National form for readers with the same country code, international for others."""
        country_code = phonenumbers.country_code_for_region(region)
        is_at_home = _parsed(self.e164).country_code == country_code
        return self.national if is_at_home else self.international

    @property
    def masked(self) -> str:
        """Enough to recognise a number one knows: `•••-•••-7789`, `+44 •• •••• 8750`."""
        parsed = _parsed(self.e164)
        if parsed.country_code == _NORTH_AMERICA:
            return _mask_all_but_the_end(self.international.removeprefix("+1 "))
        country_code = f"+{parsed.country_code}"
        return country_code + _mask_all_but_the_end(self.international.removeprefix(country_code))

    @property
    def may_reach_a_carrier(self) -> bool:
        """Whether a live carrier may be asked to text it: assignable, and no premium line."""
        return self.assignable and self.line_kind is not LineKind.PREMIUM

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"

    __str__ = __repr__


def phone_number_from_plan(parsed: phonenumbers.PhoneNumber) -> PhoneNumber:
    """Look a parsed number up in the numbering plans and keep what Licorne needs to know."""
    number_type = phonenumbers.number_type(parsed)  # UNKNOWN exactly when is_valid_number is false
    return PhoneNumber(
        e164=phonenumbers.format_number(parsed, PhoneNumberFormat.E164),
        assignable=number_type != PhoneNumberType.UNKNOWN,
        line_kind=_LINE_KINDS.get(number_type, LineKind.UNKNOWN),
        region=phonenumbers.region_code_for_number(parsed),
    )


@lru_cache(maxsize=4096)
def _from_e164(e164: str) -> PhoneNumber:
    if not _E164.fullmatch(e164):
        raise ValueError("not an E.164 number")
    return phone_number_from_plan(_parsed(e164))


def _parsed(e164: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        raise ValueError("not an E.164 number of a known country code") from None


def _mask_all_but_the_end(formatted: str) -> str:
    digits = sum(character.isdigit() for character in formatted)
    visible = _DIGITS_LEFT_VISIBLE if digits >= _SHORT_NUMBER else _DIGITS_LEFT_VISIBLE_OF_SHORT
    hidden = digits - visible
    masked: list[str] = []
    for character in formatted:
        if character.isdigit() and hidden > 0:
            hidden -= 1
            masked.append("•")
        else:
            masked.append(character)
    return "".join(masked)
