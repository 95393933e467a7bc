"""Consent: a contact's ledger, whether the practice demands it, and the ledger for counsel."""

import uuid
from dataclasses import dataclass
from datetime import date

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream
from markupsafe import Markup

from licorne.application.governing.keep_consent import ContactConsent, NewEntry, ShownEntry
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.consent.ledger import ConsentAct, EntryRefused, Means, Purpose, Standing
from licorne.domain.consent.wordings import CURRENT, wording
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.edges.office.consent_wording import (
    act_words,
    means_words,
    purpose_words,
    standing_words,
)
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.qr_code import qr_code
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.documents import attachment
from licorne.edges.web.form import Form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal

_BY_MEMBERS = (Means.PAPER, Means.VOICE, Means.PORTAL)  # the rest is recorded by itself


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PurposeRow:
    value: str
    label: str
    standing: str
    chip: str
    explained: tuple[str, ...]  # what to say before the person answers


@dataclass(frozen=True, slots=True)
class EntryRow:
    purpose: str
    act: str
    means: str
    said_on: str
    recorded: Moment
    recorded_by: str
    note: str
    wording: str
    of_earlier_owner: bool


@dataclass(frozen=True, slots=True)
class Typed:
    purpose: str = ""
    act: str = ""
    means: str = ""
    said_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContactConsentPage:
    shell: Shell
    contact: uuid.UUID
    name: str
    may_write: bool
    purposes: tuple[PurposeRow, ...]
    entries: tuple[EntryRow, ...]
    acts: tuple[Choice, ...]
    means: tuple[Choice, ...]
    today: str
    typed: Typed
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentFormPage:
    """A form that was just made; ``link`` is shown now and never again."""

    shell: Shell
    contact: uuid.UUID
    name: str
    purposes: tuple[str, ...]
    link: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class ConsentPage:
    shell: Shell
    demanded: bool
    wordings: tuple[PurposeRow, ...]


def consent_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        contact: uuid.UUID,
        typed: Typed | None = None,
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        found = await desk.use_cases.consent.of(member, ContactId(contact))
        if found is None:
            raise _no_such_contact()
        teller = desk.teller(member)
        today = teller.now.astimezone(teller.zone).date().isoformat()
        view = ContactConsentPage(
            shell=desk.shell(request, member, "contacts"),
            contact=contact,
            name=name_shown(found.contact, member.organization.region),
            may_write=member.may(Permission.CHANGE_CONTACTS),
            purposes=_purposes(found),
            entries=tuple(_entry_row(one, teller) for one in found.entries),
            acts=tuple(Choice(one.value, act_words(one)) for one in ConsentAct),
            means=tuple(Choice(one.value, means_words(one)) for one in _BY_MEMBERS),
            today=today,
            typed=Typed(said_on=today) if typed is None else typed,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/contact_consent.html", view, status=status)

    @get("/office/contacts/{contact:uuid}/consent")
    async def ledger(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        return await page(request, await desk.member(request), contact)

    @post("/office/contacts/{contact:uuid}/consent")
    async def record(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        typed = _typed(form)
        new = _read(typed)
        if not isinstance(new, NewEntry):
            return await page(request, member, contact, typed, new)
        try:
            if not await desk.use_cases.consent.record(member, ContactId(contact), new):
                raise _no_such_contact()
        except EntryRefused as refused:
            fault = FieldFault(refused.field, _(refused.sentence))
            return await page(request, member, contact, typed, (fault,))
        return see_other(request, f"/office/contacts/{contact}/consent")

    @post("/office/contacts/{contact:uuid}/consent/form", status_code=200)
    async def make_form(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        purposes = tuple(one for one in Purpose if one.value in form.texts("purposes"))
        if not purposes:
            fault = FieldFault("purposes", _("Tick at least one."))
            return await page(request, member, contact, None, (fault,))
        found = await desk.use_cases.consent.of(member, ContactId(contact))
        token = await desk.use_cases.ask_consent(member, ContactId(contact), purposes)
        if found is None or token is None:
            raise _no_such_contact()
        link = f"{web_context(request).settings.public_url}/m/consent/{token}"
        view = ConsentFormPage(
            shell=desk.shell(request, member, "contacts"),
            contact=contact,
            name=name_shown(found.contact, member.organization.region),
            purposes=tuple(purpose_words(one) for one in purposes),
            link=link,
            picture=qr_code(link),
        )
        return desk.render(request, member, "office/consent_form.html", view)

    @get("/office/consent")
    async def policy(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        view = ConsentPage(
            shell=desk.shell(request, member, "consent"),
            demanded=await desk.use_cases.consent.is_demanded(member),
            wordings=tuple(_purpose_row(one, Standing.NONE) for one in Purpose),
        )
        return desk.render(request, member, "office/consent.html", view)

    @post("/office/consent")
    async def set_policy(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        demanded = form.text("demanded") == "yes"
        await desk.use_cases.consent.set_demanded(member, demanded=demanded)
        return see_other(request, "/office/consent")

    @post("/office/consent/ledger", status_code=200)
    async def export(request: WebRequest) -> Response[bytes] | Stream:
        member, _form = await desk.form(request)
        content = (await desk.use_cases.consent.export(member)).encode("utf-8-sig")
        return attachment(content, "consent-ledger.csv", "text/csv", size=len(content))

    return [ledger, record, make_form, policy, set_policy, export]


def _purposes(found: ContactConsent) -> tuple[PurposeRow, ...]:
    return tuple(_purpose_row(one, found.standings[one]) for one in Purpose)


def _purpose_row(purpose: Purpose, standing: Standing) -> PurposeRow:
    words, chip = standing_words(standing)
    explained = tuple(_(paragraph) for paragraph in wording(CURRENT[purpose]))
    return PurposeRow(purpose.value, purpose_words(purpose), words, chip, explained)


def _entry_row(shown: ShownEntry, teller: TimeTeller) -> EntryRow:
    entry = shown.entry
    return EntryRow(
        purpose=purpose_words(entry.purpose),
        act=act_words(entry.act),
        means=means_words(entry.means),
        said_on=entry.said_on.isoformat(),
        recorded=teller.tell(entry.recorded_at),
        recorded_by=shown.recorded_by,
        note=shown.note,
        wording=entry.wording,
        of_earlier_owner=shown.of_earlier_owner,
    )


def _typed(form: Form) -> Typed:
    return Typed(
        purpose=form.text("purpose")[:20],
        act=form.text("act")[:20],
        means=form.text("means")[:20],
        said_on=form.text("said_on")[:20],
        note=form.text("note")[:1000],
    )


def _read(typed: Typed) -> NewEntry | tuple[FieldFault, ...]:
    """Read the form; every fault at once."""
    purpose = next((one for one in Purpose if one.value == typed.purpose), None)
    act = next((one for one in ConsentAct if one.value == typed.act), None)
    means = next((one for one in _BY_MEMBERS if one.value == typed.means), None)
    said_on = _day(typed.said_on)
    faults = []
    if purpose is None:
        faults.append(FieldFault("purpose", _("Say for what.")))
    if act is None:
        faults.append(FieldFault("act", _("Say what the person answered.")))
    if means is None:
        faults.append(FieldFault("means", _("Say how the person told you.")))
    if said_on is None:
        faults.append(FieldFault("said_on", _("Write the day as year-month-day.")))
    if purpose is None or act is None or means is None or said_on is None:
        return tuple(faults)
    return NewEntry(purpose, act, means, said_on, typed.note)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _no_such_contact() -> Refusal:
    return Refusal(404, "no-such-contact", _("There is no such contact."), title=_("Not found"))
