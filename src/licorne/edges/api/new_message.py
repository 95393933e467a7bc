"""What a program posts to send a message, and how it becomes a draft."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.recipient import parse_recipient
from licorne.domain.identity.text_address import NotATextAddress
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import (
    MAX_ATTACHMENTS,
    MAX_TEXT_CHARACTERS,
    Content,
    ContentRefusal,
    ContentRefused,
)
from licorne.domain.message.draft import MOST_RECIPIENTS, Draft, Repeatable, Source
from licorne.domain.message.lifetime import LifetimeUnreadable, parse_iso_duration
from licorne.domain.pickup.passphrase import PassphraseRefused, parse_chosen_passphrase
from licorne.domain.policy.sentences import sentence
from licorne.domain.policy.verdict import Reason, Refuse
from licorne.edges.api.json_body import faulty
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault


class NewAttachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that goes with the message."""

    filename: Annotated[str, Meta(description="The name under which it is saved.")]
    content_type: Annotated[str, Meta(description="Its media type, such as `application/pdf`.")]
    content: Annotated[bytes, Meta(description="The file itself, in base64 (RFC 4648 §4).")]


class NewChallenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the recipient has to know before they can read."""

    passphrase: Annotated[
        str,
        Meta(
            description="Words that you tell the recipient by another way: six letters or digits"
            " at least. Upper case, accents and spaces make no difference.",
            extra_json_schema={"minLength": 6, "maxLength": 200},
        ),
    ]


class NewMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secure text, to one person or up to 100. Each gets their own copy and sees no other."""

    to: Annotated[
        list[str],
        Meta(
            description="Phone numbers, as `+12114367789` or `2114367789@secure.text`.",
            examples=[["2114367789@secure.text"]],
            extra_json_schema={"minItems": 1, "maxItems": 100},
        ),
    ]
    text: Annotated[
        str,
        Meta(
            description="What the message says, as plain text.",
            extra_json_schema={"maxLength": MAX_TEXT_CHARACTERS},
        ),
    ]
    html: Annotated[
        str | None,
        Meta(description="The same with formatting. It is cleaned before it is shown."),
    ] = None
    subject: Annotated[
        str | None, Meta(description="One line, shown with the message and never in the SMS.")
    ] = None
    attachments: Annotated[
        list[NewAttachment],
        Meta(
            description="Files; the whole message can have 50 MB.",
            extra_json_schema={"maxItems": MAX_ATTACHMENTS},
        ),
    ] = []
    expires_in: Annotated[
        str | None,
        Meta(
            description="How long the recipient can read it: an ISO 8601 duration from `PT5M` to"
            " `P365D`. Without it, the practice's usual time.",
            examples=["P7D"],
        ),
    ] = None
    challenge: NewChallenge | None = None


decoder = msgspec.json.Decoder(NewMessage)


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A draft, and the numbers in the order of the request's ``to``, repeats and all."""

    draft: Draft
    typed: tuple[PhoneNumber, ...]


def parse_message(
    message: NewMessage,
    caller: ApiCaller,
    repeatable: Repeatable | None = None,
    uploaded: tuple[Attachment, ...] = (),
) -> ParsedMessage:
    """Parse what can be wrong in a single field; every fault is told at once (422).

    ``uploaded`` are files that came beside the message.
    """
    faults: list[FieldFault] = []
    typed = _numbers(message.to, caller, faults)
    expires_in = _expires_in(message.expires_in, faults)
    passphrase = _passphrase(message.challenge, faults)
    content = _content(message, uploaded, faults)
    if faults or content is None:
        raise faulty(*faults)
    draft = Draft(
        organization=caller.organization,
        author=caller.actor,
        source=Source.API,
        recipients=tuple(dict.fromkeys(typed)),  # the same number twice is one delivery
        content=content,
        expires_in=expires_in,
        passphrase=passphrase,
        repeatable=repeatable,
        via=caller.token,
    )
    return ParsedMessage(draft, typed)


def _numbers(
    typed: list[str], caller: ApiCaller, faults: list[FieldFault]
) -> tuple[PhoneNumber, ...]:
    if len(typed) > MOST_RECIPIENTS:
        faults.append(_fault_of_policy("/to", Reason.TOO_MANY_RECIPIENTS))
        return ()
    numbers: list[PhoneNumber] = []
    for position, text in enumerate(typed):
        try:
            numbers.append(parse_recipient(text, caller.text_domains, caller.region))
        except NumberRefused as refused:
            faults.append(FieldFault(f"/to/{position}", _(refused.sentence), refused.reason.value))
        except NotATextAddress as refused:
            faults.append(FieldFault(f"/to/{position}", _(refused.sentence), "not_a_text_address"))
    return tuple(numbers)


def _expires_in(text: str | None, faults: list[FieldFault]) -> timedelta | None:
    if text is None:
        return None
    try:
        return parse_iso_duration(text)
    except LifetimeUnreadable as unreadable:
        faults.append(FieldFault("/expires_in", _(unreadable.sentence), "not_a_duration"))
        return None


def _passphrase(challenge: NewChallenge | None, faults: list[FieldFault]) -> str | None:
    if challenge is None:
        return None
    try:
        return parse_chosen_passphrase(challenge.passphrase).normalised
    except PassphraseRefused as refused:
        faults.append(
            FieldFault("/challenge/passphrase", _(refused.sentence), refused.reason.value)
        )
        return None


_CONTENT_FIELDS = {
    ContentRefusal.TOO_LARGE: "/attachments",
    ContentRefusal.TOO_MANY_ATTACHMENTS: "/attachments",
    ContentRefusal.SUBJECT_TOO_LONG: "/subject",
    ContentRefusal.TEXT_TOO_LONG: "/text",
    ContentRefusal.HTML_TOO_LONG: "/html",
}


def _content(
    message: NewMessage, uploaded: tuple[Attachment, ...], faults: list[FieldFault]
) -> Content | None:
    try:
        return Content(
            message.subject,
            message.text,
            message.html,
            (
                *(
                    Attachment(one.filename, one.content_type, one.content)
                    for one in message.attachments
                ),
                *uploaded,
            ),
        )
    except ContentRefused as refused:
        field = _CONTENT_FIELDS[refused.reason]
        faults.append(FieldFault(field, _(refused.sentence), refused.reason.name.lower()))
        return None


def _fault_of_policy(field: str, reason: Reason) -> FieldFault:
    return FieldFault(field, _(sentence(Refuse(reason))), reason.value)
