"""Contacts as programs post them and are told of them."""

import uuid
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from licorne.application.governing.contacts_by_program import ContactPage
from licorne.application.shown_contact import NamedContact
from licorne.domain.identity.language import Language
from licorne.edges.api.message_answers import Time

_NAME = Meta(description="One line, up to 120 characters.", extra_json_schema={"maxLength": 120})
_LANGUAGE = Meta(
    description="In which language this person is texted and shown pages; null: the practice's."
)
_TEXTING = Meta(description="Whether this person may be texted.")


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to write to."""

    number: Annotated[
        str,
        Meta(
            description="The phone number, as `+12114367789` or `2114367789@secure.text`.",
            examples=["+12125550123"],
        ),
    ]
    name: Annotated[str | None, _NAME] = None
    language: Annotated[Language | None, _LANGUAGE] = None


class ContactChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; a field that isn't there stays as it is."""

    name: Annotated[str | UnsetType | None, _NAME] = UNSET
    language: Annotated[Language | UnsetType | None, _LANGUAGE] = UNSET
    texting: Annotated[bool | UnsetType, _TEXTING] = UNSET


class ContactAnswer(msgspec.Struct, frozen=True):
    """A contact of the practice."""

    id: uuid.UUID
    number: Annotated[str, Meta(description="The phone number (E.164).")]
    name: str | None
    language: Annotated[Language | None, _LANGUAGE]
    texting: Annotated[bool, _TEXTING]
    texting_stopped_at: Time | None
    texting_stopped_by: Annotated[
        str | None,
        Meta(
            description="`contact` or `member`, where it was stopped; `review` while a member has"
            " to look at a text that may mean stop."
        ),
    ]
    created_at: Time


class ContactPageAnswer(msgspec.Struct, frozen=True):
    """Contacts, newest first."""

    contacts: list[ContactAnswer]
    next_cursor: Annotated[
        str | None, Meta(description="Ask with it for the page after this one; null on the last.")
    ]


def answer_for_contact(one: NamedContact) -> ContactAnswer:
    return ContactAnswer(
        id=one.id,
        number=one.number.e164,
        name=one.name,
        language=one.language,
        texting=one.opted_out_at is None,
        texting_stopped_at=one.opted_out_at,
        texting_stopped_by=None if one.opted_out_by is None else one.opted_out_by.value,
        created_at=one.created_at,
    )


def answer_for_contacts(page: ContactPage) -> ContactPageAnswer:
    return ContactPageAnswer(
        contacts=[answer_for_contact(one) for one in page.contacts],
        next_cursor=None if page.next is None else page.next.hex,
    )
