"""The routes for contacts: list, look at, add, change and remove them."""

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.contacts_by_program import ChangeRefused, ContactChange
from licorne.application.governing.keep_contact import NameRefused
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.recipient import parse_recipient
from licorne.domain.identity.text_address import NotATextAddress
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.contact_answers import (
    ContactChanges,
    NewContact,
    answer_for_contact,
    answer_for_contacts,
)
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.json_body import faulty, read_json
from licorne.edges.api.page_query import link_to_next, page_asked_for, parse_uuid
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

CONTACTS = "/api/v1/contacts"
_CONTACT = CONTACTS + "/{contact:str}"
_FROM_ANYWHERE = {ALLOW_CROSS_SITE: True}
_new_contact = msgspec.json.Decoder(NewContact)
_changes = msgspec.json.Decoder(ContactChanges)


def contact_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    see, change = (
        requires(use_cases, Scope.SEE_CONTACTS),
        requires(use_cases, Scope.CHANGE_CONTACTS),
    )

    @get(CONTACTS, guards=[see])
    async def list_contacts(request: WebRequest) -> Response[bytes]:
        cursor, limit = page_asked_for(request, parse_uuid)
        before = None if cursor is None else ContactId(cursor)
        page = answer_for_contacts(await use_cases.contacts.page(caller_of(request), before, limit))
        return json_answer(page, headers=link_to_next(CONTACTS, page.next_cursor, limit))

    @get(_CONTACT, guards=[see])
    async def show_contact(request: WebRequest) -> Response[bytes]:
        contact = _contact_id(request)
        found = await use_cases.contacts.one(caller_of(request), contact)
        if found is None:
            raise await _not_found(use_cases, request, contact)
        return json_answer(answer_for_contact(found))

    @post(CONTACTS, guards=[change], opt=_FROM_ANYWHERE)
    async def add_contact(request: WebRequest) -> Response[bytes]:
        new = await read_json(request, _new_contact)
        number = _number(new.number, caller_of(request))
        added = await use_cases.contacts.add(caller_of(request), number, new.name, new.language)
        if isinstance(added, NameRefused):
            raise _bad_name(added)
        return json_answer(
            answer_for_contact(added.contact),
            status=201 if added.is_new else 200,
            headers={"Location": f"{CONTACTS}/{added.contact.id}"},
        )

    @patch(_CONTACT, guards=[change], opt=_FROM_ANYWHERE)
    async def change_contact(request: WebRequest) -> Response[bytes]:
        contact = _contact_id(request)
        asked = await read_json(request, _changes)
        named = not isinstance(asked.name, msgspec.UnsetType)
        wanted = ContactChange(
            named=named,
            name=None if isinstance(asked.name, msgspec.UnsetType) else asked.name,
            texting=None if isinstance(asked.texting, msgspec.UnsetType) else asked.texting,
            speaks=not isinstance(asked.language, msgspec.UnsetType),
            language=None if isinstance(asked.language, msgspec.UnsetType) else asked.language,
        )
        changed = await use_cases.contacts.change(caller_of(request), contact, wanted)
        if changed is ChangeRefused.NO_SUCH_CONTACT:
            raise await _not_found(use_cases, request, contact)
        if isinstance(changed, ChangeRefused):
            await use_cases.refuse(caller_of(request), "texting_stopped_by_contact", contact)
            raise Refusal(
                409,
                "texting-stopped-by-contact",
                _(changed.value),
                title=_("The texts stay off"),
            )
        if isinstance(changed, NameRefused):
            raise _bad_name(changed)
        return json_answer(answer_for_contact(changed))

    @delete(_CONTACT, guards=[change], status_code=204, opt=_FROM_ANYWHERE)
    async def remove_contact(request: WebRequest) -> None:
        contact = _contact_id(request)
        if not await use_cases.contacts.remove(caller_of(request), contact):
            raise await _not_found(use_cases, request, contact)

    return [list_contacts, show_contact, add_contact, change_contact, remove_contact]


def _contact_id(request: WebRequest) -> ContactId:
    identity = parse_uuid(request.path_params["contact"])
    if identity is None:
        raise _no_such_contact()
    return ContactId(identity)


def _number(text: str, caller: ApiCaller) -> PhoneNumber:
    try:
        return parse_recipient(text, caller.text_domains, caller.region)
    except NumberRefused as refused:
        raise faulty(FieldFault("/number", _(refused.sentence), refused.reason.value)) from refused
    except NotATextAddress as refused:
        raise faulty(FieldFault("/number", _(refused.sentence), "not_a_text_address")) from refused


def _bad_name(refused: NameRefused) -> Refusal:
    return faulty(FieldFault("/name", _(refused.value), refused.name.lower()))


async def _not_found(use_cases: ApiUseCases, request: WebRequest, contact: ContactId) -> Refusal:
    await use_cases.refuse(caller_of(request), "contact_not_found", contact)
    return _no_such_contact()


def _no_such_contact() -> Refusal:
    return Refusal(
        404,
        "contact-not-found",
        _("There is no such contact of your practice. It may have been removed."),
        title=_("No such contact"),
    )
