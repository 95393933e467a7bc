"""Turns what the use cases give into what the pages within a mailbox show."""

from collections.abc import Sequence

from licorne.application.receiving.open_message import ReadMessage
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.message.delivery_state import DeliveryState, may_follow
from licorne.domain.message.thread import Direction
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.pickup.mailbox_entry import MailboxEntry
from licorne.edges.pickup.times import told
from licorne.edges.pickup.views import (
    AttachmentView,
    AwayView,
    EntryView,
    InboxView,
    MailboxFrame,
    MessageView,
    ShutView,
)
from licorne.edges.web.crisis_wording import crisis_wording
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault


def frame_of(contact: SignedInContact) -> MailboxFrame:
    return MailboxFrame(
        path=f"/m/{contact.mailbox.id}",
        practice=contact.organization.name,
        phone=contact.organization.phone,
    )


def inbox_view(
    contact: SignedInContact, entries: Sequence[MailboxEntry], *, can_reopen: bool
) -> InboxView:
    frame = frame_of(contact)
    return InboxView(
        frame=frame,
        entries=tuple(
            EntryView(
                path=f"{frame.path}/{entry.delivery}",
                sent_by_contact=entry.direction is Direction.IN,
                at=told(entry.created_at, contact.organization),
                at_iso=entry.created_at.isoformat(),
                state=_state(entry),
            )
            for entry in entries
        ),
        texting_stopped=contact.contact.opted_out_at is not None,
        was_reset=contact.mailbox.generation > 1 and not entries,
        can_reopen=can_reopen,
    )


def message_view(
    contact: SignedInContact,
    reading: ReadMessage,
    faults: tuple[FieldFault, ...],
    written: str,
    away: AwayView | None = None,
) -> MessageView:
    practice, body = contact.organization, reading.content.body
    frame = frame_of(contact)
    path = f"{frame.path}/{reading.delivery.id}"
    untitled = _("Your reply") if reading.by_contact else _("Message")
    return MessageView(
        frame=frame,
        path=path,
        title=body.subject or untitled,
        author=reading.author_name or practice.name,
        by_contact=reading.by_contact,
        at=told(reading.stored.created_at, practice),
        at_iso=reading.stored.created_at.isoformat(),
        until=told(reading.stored.expires_at, practice),
        text=body.text,
        formatted=f"{path}/formatted" if body.html else None,
        attachments=tuple(
            AttachmentView(f"{path}/file/{entry.part}", entry.filename, size_in_words(entry.size))
            for entry in body.attachments
        ),
        crisis=crisis_wording(
            practice.region, practice.crisis_wording, practice.language, practice.phone
        ),
        faults=faults,
        written=written,
        away=away,
        offers_ways_in=_is_first(contact, reading),
    )


def shut_view(
    contact: SignedInContact,
    delivery: DeliveryId,
    faults: tuple[FieldFault, ...] = (),
    *,
    tries_left: int | None = None,
    why: str = "",
    away: AwayView | None = None,
) -> ShutView:
    frame = frame_of(contact)
    return ShutView(frame, f"{frame.path}/{delivery}", faults, tries_left, why, away)


def _is_first(contact: SignedInContact, reading: ReadMessage) -> bool:
    """Whether this is the message with which the password was set, opened for the first time."""
    claimed = contact.mailbox.claimed_at
    is_new = may_follow(DeliveryState.READ, reading.delivery.state)
    return is_new and claimed is not None and claimed >= reading.stored.created_at


def size_in_words(size: int) -> str:
    """Write a size in bytes as people read it: 12 KB, 3.4 MB."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


def _state(entry: MailboxEntry) -> str:
    if entry.ended or entry.recalled:
        return "ended"
    if entry.direction is Direction.IN:
        return "sent"
    if entry.challenge is ChallengeState.LOCKED:
        return "locked"
    if entry.challenge is ChallengeState.WAITING:
        return "challenged"
    return "new" if entry.first_read_at is None else "read"
