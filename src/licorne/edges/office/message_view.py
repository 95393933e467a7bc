"""One message as a thread shows it: what it says, how far it has come, what can still be done."""

import uuid
from dataclasses import dataclass

from licorne.application.receiving.read_thread import Readable, ReadMessage
from licorne.domain.message.delivery_state import DeliveryState, rank
from licorne.domain.message.draft import Source
from licorne.domain.message.thread import Direction, ThreadMessage
from licorne.domain.sealing.body_document import AttachmentEntry
from licorne.edges.office.state_wording import (
    StateView,
    reason_sentence,
    state_of_message,
    step_label,
    story_words,
)
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.language import gettext as _
from licorne.store.deliveries import DeliveryEvent

_KIBI = 1024
_STEPS = (
    DeliveryState.ACCEPTED,
    DeliveryState.NOTIFIED,
    DeliveryState.ON_HANDSET,
    DeliveryState.LINK_FETCHED,
    DeliveryState.PROVED,
    DeliveryState.READ,
    DeliveryState.ANSWERED,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. ``reached``: it happened, or something after it did."""

    label: str
    reached: bool
    at: Moment | None


@dataclass(frozen=True, slots=True)
class StoryLine:
    words: str
    at: Moment
    trouble: str  # what went wrong in this step, in a sentence


@dataclass(frozen=True, slots=True)
class AttachmentView:
    part: int
    filename: str
    size: str
    kind: str


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """How far an outgoing message has come; refreshed alone when it moves."""

    delivery: uuid.UUID
    message: uuid.UUID
    state: StateView
    steps: tuple[Step, ...]
    story: tuple[StoryLine, ...]
    expires: Moment
    is_over: bool  # recalled or expired: there are no next steps
    alerts: tuple[str, ...]  # what its sender should look at
    can_recall: bool
    can_nudge: bool
    can_set_passphrase: bool
    is_locked: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    delivery: uuid.UUID
    is_out: bool
    is_new: bool
    author: str
    at: Moment
    by: str  # the way by which it was sent, where that isn't this office or the contact's page
    subject: str | None
    text: str
    has_formatted: bool
    attachments: tuple[AttachmentView, ...]
    unreadable: str
    way: DeliveryView | None  # none for what the contact wrote


def message_view(
    read: ReadMessage, contact_name: str, teller: TimeTeller, *, may_write: bool
) -> MessageView:
    facts, content = read.facts, read.content
    readable = content if isinstance(content, Readable) else None
    is_out = facts.direction is Direction.OUT
    return MessageView(
        delivery=facts.delivery,
        is_out=is_out,
        is_new=facts.state is DeliveryState.RECEIVED,
        author=_author(read, contact_name),
        at=teller.tell(facts.created_at),
        by=_source(facts.source),
        subject=readable.subject if readable else None,
        text=readable.text if readable else "",
        has_formatted=bool(readable and readable.html),
        attachments=tuple(
            attachment_view(entry)
            for entry in (readable.attachments if readable else ())
            if not (entry.inline and readable and readable.html)
        ),
        unreadable="" if readable else unreadable_words(getattr(content, "why", "")),
        way=delivery_view(facts, read.story, teller, may_write=may_write, own=read.by_reader)
        if is_out
        else None,
    )


def delivery_view(
    facts: ThreadMessage,
    story: tuple[DeliveryEvent, ...],
    teller: TimeTeller,
    *,
    may_write: bool,
    own: bool,
) -> DeliveryView:
    is_open = facts.contact_copy_ended_at is None
    waits = facts.waits_to_be_read
    return DeliveryView(
        delivery=facts.delivery,
        message=facts.message,
        state=state_of_message(facts),
        steps=_steps(facts, story, teller),
        story=tuple(_story_line(event, teller) for event in story),
        expires=teller.tell(facts.expires_at),
        is_over=not is_open,
        alerts=_alerts(facts, story),
        can_recall=may_write and is_open and own,
        can_nudge=may_write and waits and facts.state is not DeliveryState.ACCEPTED,
        can_set_passphrase=may_write and waits and facts.challenge != "none",
        is_locked=facts.challenge == "locked",
    )


def _alerts(facts: ThreadMessage, story: tuple[DeliveryEvent, ...]) -> tuple[str, ...]:
    alerts = []
    if "not_assignable" in facts.flags:
        alerts.append(_("Nobody can have this number: no real carrier is asked to text it."))
    if any(event.state == "claim_lost" for event in story):
        alerts.append(
            _("Two people tried to set the password at once. Make sure that the right one did.")
        )
    if facts.challenge == "waiting" and facts.challenge_tries:
        words = _("The passphrase was typed wrong %(tries)s times; after 5 it locks.")
        alerts.append(words % {"tries": facts.challenge_tries})
    return tuple(alerts)


def _steps(
    facts: ThreadMessage, story: tuple[DeliveryEvent, ...], teller: TimeTeller
) -> tuple[Step, ...]:
    times: dict[str, DeliveryEvent] = {}
    for event in story:
        times.setdefault(event.state, event)
    furthest = max(
        (rank(state) for state in _STEPS if state.value in times or state is facts.state),
        default=0,
    )
    return tuple(
        Step(
            label=step_label(state),
            reached=rank(state) <= furthest,
            at=teller.tell(times[state.value].at) if state.value in times else None,
        )
        for state in _STEPS
    )


def _story_line(event: DeliveryEvent, teller: TimeTeller) -> StoryLine:
    troubled = event.state in {"failed", "notice_rejected", "notice_undelivered", "nudge_failed"}
    return StoryLine(
        words=story_words(event.state, None if troubled else event.detail),
        at=teller.tell(event.at),
        trouble=reason_sentence(event.detail) if troubled else "",
    )


def attachment_view(entry: AttachmentEntry) -> AttachmentView:
    return AttachmentView(
        part=entry.part,
        filename=entry.filename,
        size=size_words(entry.size),
        kind=_kind(entry.content_type),
    )


def size_words(size: int) -> str:
    """Say a size as people do: 12 bytes, 340 KB, 2.4 MB."""
    if size < _KIBI:
        return _("%(count)s bytes") % {"count": size}
    if size < _KIBI * _KIBI:
        return f"{round(size / _KIBI)} KB"
    return f"{size / _KIBI / _KIBI:.1f} MB"


def _kind(content_type: str) -> str:
    if content_type == "application/pdf":
        return "PDF"
    if content_type.startswith("image/"):
        return _("Picture")
    if content_type.startswith("text/"):
        return _("Text")
    return _("File")


def _author(read: ReadMessage, contact_name: str) -> str:
    if read.by_reader:
        return _("You")
    return read.author_name or contact_name


def _source(source: Source) -> str:
    return {
        Source.SMTP: _("by email program"),
        Source.API: _("by API"),
        Source.COMMAND: _("by command"),
        Source.TEXT: _("arrived by ordinary SMS"),
    }.get(source, "")


def unreadable_words(why: str) -> str:
    return {
        "retention": _(
            "The practice’s copy of this message was destroyed. The audit trail says when and why."
        ),
        "not_granted": _(
            "This message wasn’t sealed to you. Somebody who can open it must share it."
        ),
        "damaged": _(
            "This message is damaged or was changed, and can’t be opened. Tell your operator."
        ),
    }.get(why, _("This message can’t be opened."))
