"""Why a typed phone number was refused, and the sentence that tells what to do about it.

The sentences are short enough for an SMTP reply line (RFC 5321 §4.5.3.1.5: 512 octets), hold no
line break, and repeat nothing but what the person typed, and that only where it is plain ASCII,
so that a reply can't be split or reordered by what someone put into an address.
"""

from enum import StrEnum

from licorne.domain.translatable import Sentence, translatable

_LONGEST_ECHO = 40


class NumberRefusalReason(StrEnum):
    """What is wrong with the number; stable names for logs, metrics and the API."""

    EMPTY = "number_empty"
    OVERSIZED = "number_oversized"
    NOT_A_NUMBER = "not_a_number"
    LETTERS = "number_has_letters"
    EXTENSION = "number_has_extension"
    EMERGENCY = "emergency_number"
    SHORT_CODE = "short_code"
    PREMIUM = "premium_number"
    MISSING_AREA_CODE = "area_code_missing"
    TOO_SHORT = "number_too_short"
    TOO_LONG = "number_too_long"
    WRONG_LENGTH = "number_wrong_length"
    UNKNOWN_COUNTRY = "unknown_country_code"
    AMBIGUOUS = "ambiguous_number"
    NEEDS_PLUS = "country_code_needs_plus"


class NumberRefused(Exception):
    """A typed number that Licorne won't text.

    `reason` is for programs, `sentence` for the person. `str()` gives the reason alone, so that a
    traceback or a log line never holds the number.
    """

    def __init__(self, reason: NumberRefusalReason, sentence: str) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sentence = sentence


_SENTENCES = {
    NumberRefusalReason.EMPTY: translatable(
        "There is no phone number. Write one, such as 212-555-0123 or +44 20 7946 0123."
    ),
    NumberRefusalReason.OVERSIZED: translatable(
        "That is too long to be a phone number. Write one number, digits only."
    ),
    NumberRefusalReason.NOT_A_NUMBER: translatable(
        "%(typed)s isn't a phone number. Write one number, digits only."
    ),
    NumberRefusalReason.LETTERS: translatable(
        "%(typed)s has letters in it. Write the number with digits only."
    ),
    NumberRefusalReason.EXTENSION: translatable(
        "%(typed)s has an extension, and a text can't reach an extension."
        " Write the person's own mobile number."
    ),
    NumberRefusalReason.EMERGENCY: translatable(
        "%(typed)s is an emergency number and can't get texts from here. In an emergency, call it."
    ),
    NumberRefusalReason.SHORT_CODE: translatable(
        "%(typed)s is a short service number, not a person's phone."
        " Write the full number with its area code."
    ),
    NumberRefusalReason.PREMIUM: translatable(
        "%(typed)s is a premium-rate number, and we don't text those."
        " Write the person's own mobile number."
    ),
    NumberRefusalReason.MISSING_AREA_CODE: translatable(
        "%(typed)s has no area code. Write the whole number, area code first."
    ),
    NumberRefusalReason.TOO_SHORT: translatable(
        "%(typed)s has too few digits. Check the number and write all of it."
    ),
    NumberRefusalReason.TOO_LONG: translatable(
        "%(typed)s has too many digits. Check the number;"
        " for another country, start with + and the country code."
    ),
    NumberRefusalReason.WRONG_LENGTH: translatable(
        "%(typed)s has too few or too many digits. Check the number;"
        " for another country, start with + and the country code."
    ),
    NumberRefusalReason.UNKNOWN_COUNTRY: translatable(
        "%(typed)s starts with a country code that doesn't exist. Check the digits after the +."
    ),
    NumberRefusalReason.AMBIGUOUS: translatable(
        "%(typed)s can be read in two ways: %(suggestions)s."
        " Write the one you mean, with its + in front."
    ),
    NumberRefusalReason.NEEDS_PLUS: translatable(
        "%(typed)s isn't a number in your country."
        " If you mean %(suggestions)s, write it with the + in front."
    ),
}
_LETTERS_WITH_DIGITS_SUGGESTED = translatable(
    "%(typed)s has letters in it. If you mean %(suggestions)s, write it that way."
)


def refused(
    reason: NumberRefusalReason, typed: str = "", suggestions: tuple[str, ...] = ()
) -> NumberRefused:
    """Build the refusal for `reason`; `suggestions` are readings the person can choose from."""
    template = _SENTENCES[reason]
    if reason is NumberRefusalReason.LETTERS and suggestions:
        template = _LETTERS_WITH_DIGITS_SUGGESTED
    values = {"typed": _echo(typed), "suggestions": _either(suggestions)}
    return NumberRefused(reason, Sentence(template, values))


def _echo(typed: str) -> str:
    """Repeat what was typed if it is short, visible ASCII; else speak of "This"."""
    shown = " ".join(typed.split())
    if shown and len(shown) <= _LONGEST_ECHO and shown.isascii() and shown.isprintable():
        return shown
    return Sentence("This")


def _either(choices: tuple[str, ...]) -> str:
    """Say that it is one of these: "A", "A or B", "A or B or C"."""
    said = choices[0] if choices else ""
    for another in choices[1:]:
        said = translatable("%(one)s or %(another)s", one=said, another=another)
    return said
