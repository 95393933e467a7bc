"""Which passwords a contact or a member may set.

NIST SP 800-63B-4 §3.1.1.2, with no rules of composition and no expiry. Eight characters suffice for
members, who have a second factor; that they suffice for contacts, who may have none, is a declared
deviation, with its reasons in the threat model. Blocked are the passwords that are guessed first.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from licorne.domain.identity.email_address import EmailAddress
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.pickup.password_patterns import (
    is_common,
    is_made_of,
    is_pattern,
    plain_form,
    shows_number,
)
from licorne.domain.translatable import translatable

FEWEST_CHARACTERS = 8
MOST_CHARACTERS = 256  # NIST asks for 64 at least; Argon2's work doesn't depend on it
_SHORTEST_KNOWN_WORD = 2  # letters; it counts only where nothing but known words is there
_PRODUCT_WORDS = frozenset({"licorne", "secure", "securetext", "text", "clinic", "practice"})
_UNUSABLE_CATEGORIES = frozenset({"Cc", "Cs", "Cn"})


class PasswordRefusalReason(StrEnum):
    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    UNUSABLE_CHARACTER = "password_unusable_character"
    COMMON = "password_common"
    PATTERN = "password_pattern"
    NAMES_PRACTICE_OR_PERSON = "password_names_practice_or_person"
    SHOWS_NUMBER = "password_shows_number"


_SENTENCES = {
    PasswordRefusalReason.TOO_SHORT: translatable(
        "Use %(fewest)s or more characters. Three words that you will remember work well.",
        fewest=FEWEST_CHARACTERS,
    ),
    PasswordRefusalReason.TOO_LONG: translatable(
        "Use at most %(most)s characters.", most=MOST_CHARACTERS
    ),
    PasswordRefusalReason.UNUSABLE_CHARACTER: translatable(
        "That password has a character in it that can't be typed on every phone or computer."
        " Use letters, digits, spaces and ordinary signs."
    ),
    PasswordRefusalReason.COMMON: translatable(
        "Many people use that password, so it is easily guessed."
        " Three words that don't belong together work well."
    ),
    PasswordRefusalReason.PATTERN: translatable(
        "That password follows a pattern or is a date, so it is easily guessed."
        " Three words that don't belong together work well."
    ),
    PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON: translatable(
        "That password is made of the practice's name or your own, so it is easily guessed."
        " Three words that don't belong together work well."
    ),
    PasswordRefusalReason.SHOWS_NUMBER: translatable(
        "That password is made of your phone number, so it is easily guessed."
        " Three words that don't belong together work well."
    ),
}


@dataclass(frozen=True, slots=True)
class PasswordContext:
    """What is known about who sets the password; guessers know it, too."""

    practice_name: str
    person_name: str = field(default="", repr=False)
    number: PhoneNumber | None = None
    email: EmailAddress | None = None


@dataclass(frozen=True, slots=True)
class AcceptedPassword:
    """A password that may be set, in the form that goes into the key derivation."""

    normalised: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedPassword:
    """A password that may not be set; `sentence` says what to do instead."""

    reason: PasswordRefusalReason

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.reason]


def judge_password(typed: str, context: PasswordContext) -> AcceptedPassword | RefusedPassword:
    """Decide whether `typed` may be set as a password."""
    if len(typed) > MOST_CHARACTERS:
        return RefusedPassword(PasswordRefusalReason.TOO_LONG)
    normalised = normalised_password(typed)
    if normalised is None:
        return RefusedPassword(PasswordRefusalReason.UNUSABLE_CHARACTER)
    if len(normalised) > MOST_CHARACTERS:
        return RefusedPassword(PasswordRefusalReason.TOO_LONG)
    if len(normalised) < FEWEST_CHARACTERS:
        return RefusedPassword(PasswordRefusalReason.TOO_SHORT)
    reason = _reason_it_is_guessed(plain_form(normalised), context)
    return AcceptedPassword(normalised) if reason is None else RefusedPassword(reason)


def normalised_password(typed: str) -> str | None:
    """The form in which a password is set and tried; None for what can't be anybody's password.

    NFKC, so that one password typed on two keyboards is one; without spaces at the ends, which
    phones add. Use it for trying a password, too: `judge_password` is for setting one.
    """
    if len(typed) > MOST_CHARACTERS:  # before NFKC, which can make it eighteen times as long
        return None
    normalised = unicodedata.normalize("NFKC", typed).strip()
    if any(unicodedata.category(character) in _UNUSABLE_CATEGORIES for character in normalised):
        return None
    return normalised


def _reason_it_is_guessed(plain: str, context: PasswordContext) -> PasswordRefusalReason | None:
    if is_common(plain):
        return PasswordRefusalReason.COMMON
    if context.number is not None and shows_number(plain, context.number.e164[1:]):
        return PasswordRefusalReason.SHOWS_NUMBER
    if is_made_of(re.sub(r"[\W_]+", "", plain), _known_words(context)):
        return PasswordRefusalReason.NAMES_PRACTICE_OR_PERSON
    if is_pattern(plain):
        return PasswordRefusalReason.PATTERN
    return None


def _known_words(context: PasswordContext) -> frozenset[str]:
    email = "" if context.email is None else context.email.text
    names = f"{context.practice_name} {context.person_name} {email}"
    words = re.split(r"[\W_]+", plain_form(names))
    known = {word for word in words if len(word) >= _SHORTEST_KNOWN_WORD}
    return _PRODUCT_WORDS | known
