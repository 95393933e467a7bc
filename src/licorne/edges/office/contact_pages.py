"""Contacts: who they are, how sure we are of it, whether they want texts, and giving back."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.keep_contact import NameRefused
from licorne.application.governing.regrant_mailbox import NotClaimed
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.language import Language, parse_language
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.edges.office.desk import Desk, Shell, is_fragment
from licorne.edges.office.language_choices import language_choices
from licorne.edges.office.thread_view import (
    ContactView,
    ListRow,
    contact_view,
    folder_of,
    list_view,
    name_shown,
)
from licorne.edges.office.times import Moment
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class ContactRow:
    id: uuid.UUID
    name: str
    number: str
    opted_out: bool


@dataclass(frozen=True, slots=True)
class ContactRows:
    rows: tuple[ContactRow, ...]
    total: int
    words: str
    selected: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ContactCardView:
    contact: ContactView
    since: Moment
    visited: Moment | None
    threads: tuple[ListRow, ...]
    left_behind: int
    may_write: bool
    language: str
    practice_language: str  # its own name
    languages: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ContactsPage:
    shell: Shell
    list: ContactRows
    card: ContactCardView | None
    adding: bool
    number: str = ""
    name: str = ""
    language: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    practice_language: str = ""
    faults: tuple[FieldFault, ...] = ()


def contact_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def rows(
        member: SignedInMember, words: str = "", selected: uuid.UUID | None = None
    ) -> ContactRows:
        by_person = selected is None  # else the contact itself is what is looked at
        found = await desk.use_cases.contacts(member, words, by_person=by_person)
        region = member.organization.region
        return ContactRows(
            tuple(
                ContactRow(
                    id=one.id,
                    name=name_shown(one, region),
                    number=one.number.shown_in(region) if one.name else "",
                    opted_out=one.opted_out_at is not None,
                )
                for one in found.contacts
            ),
            found.total,
            words,
            selected,
        )

    async def card(member: SignedInMember, contact: uuid.UUID) -> ContactCardView:
        found = await desk.use_cases.contacts.one(member, ContactId(contact))
        if found is None:
            raise _no_such_contact()
        teller = desk.teller(member)
        page = await desk.use_cases.list_threads(
            member, None, contact=ContactId(contact), by_person=False
        )
        inbox, chosen = folder_of("inbox"), found.contact.who.language
        assert inbox is not None
        return ContactCardView(
            contact=contact_view(found.contact, member.organization.region, teller),
            since=teller.tell(found.contact.who.created_at),
            visited=teller.tell_if(found.contact.claimed_at),
            threads=list_view(page, inbox, member, teller).rows,
            left_behind=found.left_behind,
            may_write=member.may(Permission.WRITE_MESSAGES),
            language="" if chosen is None else chosen.value,
            practice_language=_spoken_by(member),
            languages=language_choices(),
        )

    async def page(
        request: WebRequest,
        member: SignedInMember,
        contact: uuid.UUID | None,
        *,
        notice: str = "",
        faults: tuple[FieldFault, ...] = (),
        status: int = 200,
    ) -> Response[bytes]:
        view = ContactsPage(
            shell=desk.shell(request, member, "contacts", notice=notice),
            list=await rows(member, selected=contact),
            card=None if contact is None else await card(member, contact),
            adding=False,
            faults=faults,
        )
        if is_fragment(request, "main") and contact is not None:
            return desk.render(request, member, "office/contact_part.html", view)
        return desk.render(request, member, "office/contacts.html", view, status=status)

    @get("/office/contacts")
    async def contacts(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request), None)

    @post("/office/contacts/search")
    async def search(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        words = form.text("words").strip()[:100]
        found = await rows(member, words)
        if is_fragment(request, "contacts"):
            return desk.render(request, member, "office/contact_rows_part.html", found)
        shell = desk.shell(request, member, "contacts")
        view = ContactsPage(shell, found, None, adding=False)
        return desk.render(request, member, "office/contacts.html", view)

    @get("/office/contacts/new")
    async def new(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        shell = desk.shell(request, member, "contacts")
        view = ContactsPage(
            shell,
            await rows(member),
            None,
            adding=True,
            languages=language_choices(),
            practice_language=_spoken_by(member),
        )
        return desk.render(request, member, "office/contacts.html", view)

    @post("/office/contacts/new")
    async def add(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            number = parse_phone_number(form.text("number")[:100], member.organization.region)
            language = parse_language(form.text("language"))
            keep = desk.use_cases.keep_contact
            made = await keep.add(member, number, form.text("name"), language)
        except NumberRefused as refusal:
            fault = FieldFault("number", _(refusal.sentence))
        else:
            if not isinstance(made, NameRefused):
                return see_other(request, f"/office/contacts/{made}")
            fault = FieldFault("name", _(made.value))
        view = ContactsPage(
            desk.shell(request, member, "contacts"),
            await rows(member),
            None,
            adding=True,
            number=form.text("number")[:100],
            name=form.text("name")[:200],
            language=form.text("language"),
            languages=language_choices(),
            practice_language=_spoken_by(member),
            faults=(fault,),
        )
        return desk.render(request, member, "office/contacts.html", view, status=422)

    @get("/office/contacts/{contact:uuid}")
    async def one(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        return await page(request, await desk.member(request), contact)

    @post("/office/contacts/{contact:uuid}/name")
    async def rename(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        result = await desk.use_cases.keep_contact.rename(
            member, ContactId(contact), form.text("name")
        )
        if isinstance(result, NameRefused):
            faults = (FieldFault("name", _(result.value)),)
            return await page(request, member, contact, faults=faults, status=422)
        if not result:
            raise _no_such_contact()
        return see_other(request, f"/office/contacts/{contact}")

    @post("/office/contacts/{contact:uuid}/language")
    async def language(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        chosen = parse_language(form.text("language"))
        if not await desk.use_cases.keep_contact.set_language(member, ContactId(contact), chosen):
            raise _no_such_contact()
        return see_other(request, f"/office/contacts/{contact}")

    @post("/office/contacts/{contact:uuid}/texting")
    async def texting(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        change = desk.use_cases.texting
        wanted = form.text("texting")
        if wanted == "start" and form.text("asked") != "yes":
            asked = _("Say that the person asked for texts again.")
            faults = (FieldFault("asked", asked),)
            return await page(request, member, contact, faults=faults, status=422)
        turn = change.start if wanted == "start" else change.stop
        if not await turn(member, ContactId(contact)):
            raise _no_such_contact()
        return see_other(request, f"/office/contacts/{contact}")

    @post("/office/contacts/{contact:uuid}/remove")
    async def remove(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.keep_contact.remove(member, ContactId(contact)):
            raise _no_such_contact()
        return see_other(request, "/office/contacts")

    @post("/office/contacts/{contact:uuid}/give-back")
    async def give_back(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            proof = IdentityProof(form.text("proof"))
        except ValueError:
            faults = (FieldFault("proof", _("Say how you made sure who the person is.")),)
            return await page(request, member, contact, faults=faults, status=422)
        try:
            done = await desk.use_cases.regrant(member, ContactId(contact), proof)
        except NotClaimed as refusal:
            faults = (FieldFault("proof", _(refusal.sentence)),)
            return await page(request, member, contact, faults=faults, status=409)
        if done is None:
            raise _no_such_contact()
        told = ngettext(
            "%(num)d message was given back.", "%(num)d messages were given back.", done.given
        ) % {"num": done.given}
        return await page(request, member, contact, notice=told)

    return [contacts, search, new, add, one, rename, language, texting, remove, give_back]


def _spoken_by(member: SignedInMember) -> str:
    """Name the practice's language, in itself."""
    return (member.organization.language or Language.ENGLISH).own_name


def _no_such_contact() -> Refusal:
    return Refusal(404, "no-such-contact", _("There is no such contact."), title=_("Not found"))
