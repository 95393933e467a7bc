"""What each page of a contact shows: one frozen view per kind of page."""

from dataclasses import dataclass
from uuid import UUID

from licorne.edges.web.crisis_wording import CrisisWording
from licorne.edges.web.passkey_form import PasskeyForm
from licorne.edges.web.refusal import FieldFault


@dataclass(frozen=True, slots=True)
class LinkView:
    """A page that a link leads to before anybody has signed in."""

    token: str
    practice: str
    phone: str | None = None
    faults: tuple[FieldFault, ...] = ()
    ticket: str = ""  # proof of a passphrase, carried to the page that sets the password
    tries_left: int | None = None
    can_sign_in: bool = False
    inbox: str | None = None  # where it is, for who is signed in already
    passkey: PasskeyForm | None = None


@dataclass(frozen=True, slots=True)
class NumberView:
    """The page that asks for the phone number, and what it answers."""

    is_link_unknown: bool = True
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class MailboxFrame:
    """What every page within a mailbox needs."""

    path: str  # /m/{mailbox}
    practice: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class EntryView:
    path: str
    sent_by_contact: bool
    at: str
    at_iso: str
    state: str  # new, read, locked, challenged, ended, sent


@dataclass(frozen=True, slots=True)
class InboxView:
    frame: MailboxFrame
    entries: tuple[EntryView, ...]
    texting_stopped: bool
    was_reset: bool
    can_reopen: bool  # an earlier mailbox waits for a code or a passkey
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentView:
    path: str
    filename: str
    size: str


@dataclass(frozen=True, slots=True)
class AwayView:
    """Who would read an answer is away: until when, and their own words."""

    until: str
    wording: str


@dataclass(frozen=True, slots=True)
class MessageView:
    frame: MailboxFrame
    path: str
    title: str
    author: str
    by_contact: bool
    at: str
    at_iso: str
    until: str
    text: str
    formatted: str | None  # where the formatted version is
    attachments: tuple[AttachmentView, ...]
    crisis: CrisisWording
    faults: tuple[FieldFault, ...] = ()
    written: str = ""  # what the contact wrote before a fault
    away: AwayView | None = None
    offers_ways_in: bool = False


@dataclass(frozen=True, slots=True)
class ShutView:
    """A message that can't be shown: ended, or behind its passphrase."""

    frame: MailboxFrame
    path: str
    faults: tuple[FieldFault, ...] = ()
    tries_left: int | None = None
    why: str = ""
    away: AwayView | None = None


@dataclass(frozen=True, slots=True)
class SignedOutView:
    """``written`` is a reply that could not be sent because the session had ended."""

    written: str = ""


@dataclass(frozen=True, slots=True)
class PasskeyView:
    id: UUID
    since: str


@dataclass(frozen=True, slots=True)
class WaysInView:
    """``code`` is shown on the page that answers the making of it, and never again."""

    frame: MailboxFrame
    has_code: bool
    passkeys: tuple[PasskeyView, ...]
    passkey: PasskeyForm
    user: str  # the mailbox's id as a passkey's user handle
    code: str
    notice: str
    faults: tuple[FieldFault, ...]


@dataclass(frozen=True, slots=True)
class EarlierView:
    frame: MailboxFrame
    faults: tuple[FieldFault, ...]
    passkey: PasskeyForm
