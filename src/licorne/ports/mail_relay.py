"""Hands a mail to the practice's own relay. What an implementation must hold is written here.

It speaks TLS 1.2 or newer to a host whose certificate it has checked, or not at all; it signs in
only after that; and it never says that a mail wasn't taken where it can't know.
"""

import enum
from dataclasses import dataclass
from typing import Protocol

from licorne.domain.identity.email_address import EmailAddress


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail of plain text. ``id`` stays the same at every try (RFC 5322 §3.6.4)."""

    id: str
    to: EmailAddress
    subject: str
    text: str
    language: str  # BCP 47


class RelayReason(enum.StrEnum):
    """Why a relay didn't take a mail. The value is a word for logs and the audit trail."""

    UNREACHABLE = "unreachable"
    NO_TLS = "no_tls"  # it doesn't offer STARTTLS, or doesn't speak TLS 1.2
    BAD_CERTIFICATE = "bad_certificate"
    SIGN_IN_REFUSED = "sign_in_refused"
    NOT_SET_UP = "not_set_up"  # the password's file can't be read, or the relay takes no password
    LATER = "later"  # 4yz: the relay asks for patience (RFC 5321 §4.2.1)
    REFUSED = "refused"  # 5yz for this mail


@dataclass(frozen=True, slots=True)
class MailTaken:
    """The relay answers for it from now on."""


@dataclass(frozen=True, slots=True)
class MailNotTaken:
    """``detail`` is for the operator: a reply's code, OpenSSL's reason; nothing of the mail."""

    reason: RelayReason
    detail: str = ""

    @property
    def is_permanent(self) -> bool:
        """Whether this very mail would be refused again; faults of the relay pass."""
        return self.reason is RelayReason.REFUSED


@dataclass(frozen=True, slots=True)
class MailInDoubt:
    """The connection was lost when the relay may have taken it already."""


class MailRelay(Protocol):
    async def send(self, mail: OutgoingMail) -> MailTaken | MailNotTaken | MailInDoubt:
        """Hand one mail over, within a deadline. Raises nothing."""

    async def check(self) -> MailNotTaken | None:
        """Connect, encrypt and sign in, and send nothing; say what stands in the way."""
