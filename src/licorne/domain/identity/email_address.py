"""An email address that is safe to store, compare, log in with and put into a header.

The address alone, without a display name or angle brackets: RFC 5321 §4.1.2 `Mailbox`, with UTF-8
in the local part (RFC 6531 §3.3). What mail systems don't carry in practice is refused too:
address literals (`user@[192.0.2.1]`) and domains of one label.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from licorne.domain.identity.domain_name import NotADomainNameError, normalised_domain_name
from licorne.domain.translatable import translatable

LONGEST_EMAIL_ADDRESS = 254  # octets: RFC 5321 §4.5.3.1.3 less the angle brackets
LONGEST_LOCAL_PART = 64  # octets: RFC 5321 §4.5.3.1.1
_DOT_ATOM = re.compile(r"[^\s\"(),:;<>@\[\\\].]+(?:\.[^\s\"(),:;<>@\[\\\].]+)*")  # RFC 5321 §4.1.2
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\[\x20-\x7e])*\"")
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class EmailRefusalReason(StrEnum):
    """What is wrong with the address; stable names for logs, metrics and the API."""

    EMPTY = "email_empty"
    TOO_LONG = "email_too_long"
    FORBIDDEN_CHARACTER = "email_forbidden_character"
    NO_AT_SIGN = "email_no_at_sign"
    BAD_LOCAL_PART = "email_bad_local_part"
    BAD_DOMAIN = "email_bad_domain"


_SENTENCES = {
    EmailRefusalReason.EMPTY: translatable(
        "There is no email address. Write one, such as anna@example.org."
    ),
    EmailRefusalReason.TOO_LONG: translatable(
        "That email address is too long. Check it and write it again."
    ),
    EmailRefusalReason.FORBIDDEN_CHARACTER: translatable(
        "That email address has an invisible character in it."
        " Type it by hand instead of pasting it."
    ),
    EmailRefusalReason.NO_AT_SIGN: translatable(
        "That isn't an email address: the @ is missing. Write one, such as anna@example.org."
    ),
    EmailRefusalReason.BAD_LOCAL_PART: translatable(
        "The part before the @ isn't right. Check for spaces, commas and double dots."
    ),
    EmailRefusalReason.BAD_DOMAIN: translatable(
        "The part after the @ isn't right. It looks like example.org, with a dot and no spaces."
    ),
}


class EmailRefused(Exception):
    """What was typed is no email address; `sentence` says so, `str()` gives the reason alone."""

    def __init__(self, reason: EmailRefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sentence = _SENTENCES[reason]


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress:
    """One address: the local part as its owner writes it, the domain in its stored form.

    Made by `parse_email_address`. `repr()` and `str()` are masked, because an address in a log
    line is a leak; ask for `text` by name.
    """

    local_part: str
    domain: str

    @property
    def text(self) -> str:
        return f"{self.local_part}@{self.domain}"

    @property
    def matching_key(self) -> str:
        """The form in which addresses of one mailbox are equal: case and Unicode form don't count.

        RFC 5321 §2.4 lets a host tell `Anna` from `anna`; none does, and people type both.
        """
        folded = unicodedata.normalize("NFKC", self.local_part).casefold()
        return f"{unicodedata.normalize('NFKC', folded)}@{self.domain}"

    @property
    def masked(self) -> str:
        return f"{self.local_part[0]}•••@{self.domain}"

    def __repr__(self) -> str:
        return f"EmailAddress({self.masked})"

    __str__ = __repr__


def parse_email_address(typed: str) -> EmailAddress:
    """Read one address, without display name or angle brackets; raises EmailRefused."""
    # The raw text is measured first, so that nothing below ever sees a long one.
    if len(typed) > LONGEST_EMAIL_ADDRESS:
        raise EmailRefused(EmailRefusalReason.TOO_LONG)
    address = typed.strip(" ")
    if not address:
        raise EmailRefused(EmailRefusalReason.EMPTY)
    if any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in address):
        raise EmailRefused(EmailRefusalReason.FORBIDDEN_CHARACTER)
    local_part, at_sign, domain = address.rpartition("@")
    if not at_sign:
        raise EmailRefused(EmailRefusalReason.NO_AT_SIGN)
    if not (_DOT_ATOM.fullmatch(local_part) or _QUOTED.fullmatch(local_part)):
        raise EmailRefused(EmailRefusalReason.BAD_LOCAL_PART)
    try:
        parsed = EmailAddress(local_part, normalised_domain_name(domain))
    except NotADomainNameError:
        raise EmailRefused(EmailRefusalReason.BAD_DOMAIN) from None
    local_octets = len(local_part.encode())
    if local_octets > LONGEST_LOCAL_PART or len(parsed.text.encode()) > LONGEST_EMAIL_ADDRESS:
        raise EmailRefused(EmailRefusalReason.TOO_LONG)
    return parsed
