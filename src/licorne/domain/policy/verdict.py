"""Verdicts: what policy decided about one recipient of a draft. Values, not exceptions."""

import enum
from dataclasses import dataclass


class Reason(enum.StrEnum):
    """Why a message was not simply taken. Each has its sentence in ``sentences.py``."""

    NO_RECIPIENT = "no_recipient"
    TOO_MANY_RECIPIENTS = "too_many_recipients"
    SENDER_SUSPENDED = "sender_suspended"
    ORGANIZATION_SUSPENDED = "organization_suspended"
    OPTED_OUT = "opted_out"
    CONSENT_REVOKED = "consent_revoked"
    CONSENT_MISSING = "consent_missing"
    NUMBER_REFUSED = "number_refused"
    QUOTA = "quota"
    ATTACHMENT_TYPE = "attachment_type"
    ACTIVE_FILE = "active_file"  # a program, script or web page, whatever its name says
    ARCHIVE = "archive"
    INFECTED = "infected"
    SCANNER_DOWN = "scanner_down"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Seal:
    """Take it: seal, store, announce."""

    flags: tuple[str, ...] = ()  # e.g. "not_assignable": shown to the sender


@dataclass(frozen=True, slots=True)
class Deliver:
    """Take it and hand it on by another channel (SecureLine's; none is configured yet)."""

    channel: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it for a person to look at."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Refuse:
    """Don't take it; the sender is told why."""

    reason: Reason
    detail: str = ""  # the word at fault (a file's extension), never content
    temporary: bool = False


Verdict = Seal | Deliver | Hold | Refuse
