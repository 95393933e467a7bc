"""One contact's records: a copy of them, holding them, destroying them before their time."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.keeping.destroy_records import Destroyed, WhyKept
from licorne.application.keeping.keep_holds import HoldRefusal
from licorne.application.keeping.see_contact_records import OwnedThread
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import OwnerKind
from licorne.domain.records.certificate import Cause
from licorne.domain.records.export import ExportPurpose
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.export.paper import purpose_words
from licorne.edges.office.message_view import size_words
from licorne.edges.office.record_pages import HoldRow, cause_words, hold_row
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment, TimeTeller
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.language import ngettext
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal
from licorne.store.correspondence import Extent

BY_ORDER = (Cause.WRONG_PERSON, Cause.KEPT_ELSEWHERE, Cause.ORDERED)


@dataclass(frozen=True, slots=True)
class Scope:
    value: str  # "all", or a thread's id
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """What an owner or officer may do with the records."""

    living: int
    held: int
    shared: int
    scopes: tuple[Scope, ...]
    holds: tuple[HoldRow, ...]
    causes: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class CopyRow:
    at: Moment
    by: str
    purpose: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class ContactRecordsPage:
    shell: Shell
    contact: uuid.UUID
    name: str
    keeping: Keeping | None
    extent: Extent
    size: str  # of all files
    is_whole: bool  # this member can open all of it
    purposes: tuple[Choice, ...]
    copies: tuple[CopyRow, ...]
    export: uuid.UUID  # the id of the copy that this page may make
    scope: str = "all"
    reason: str = ""
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactRecordsDesk:
    """Renders the page of one contact's records, whatever was asked of it."""

    desk: Desk

    async def render(
        self,
        request: WebRequest,
        member: SignedInMember,
        contact: uuid.UUID,
        template: str = "office/contact_records.html",
        *,
        notice: str = "",
        scope: str = "all",
        reason: str = "",
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        desk, teller = self.desk, self.desk.teller(member)
        found = await desk.use_cases.export.view(member, ContactId(contact))
        if found is None:
            raise no_such_contact()
        keeping = None
        if member.may(Permission.KEEP_RECORDS):
            keeping = await self._keeping(member, contact, teller)
        view = ContactRecordsPage(
            shell=desk.shell(request, member, "contacts", notice=notice),
            contact=contact,
            name=name_shown(found.contact, member.organization.region),
            keeping=keeping,
            extent=found.extent,
            size=size_words(found.extent.file_bytes),
            is_whole=found.is_whole,
            purposes=tuple(Choice(one.value, purpose_words(one)) for one in ExportPurpose),
            copies=tuple(
                CopyRow(
                    teller.tell(one.export.started_at),
                    one.by,
                    purpose_words(one.export.purpose),
                    one.export.ended_at is not None,
                )
                for one in found.given_out
            ),
            export=uuid.UUID(bytes=desk.surroundings.randomness.bytes(16), version=4),
            scope=scope,
            reason=reason,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, template, view, status=status)

    async def _keeping(
        self, member: SignedInMember, contact: uuid.UUID, teller: TimeTeller
    ) -> Keeping:
        use_cases = self.desk.use_cases
        records = await use_cases.contact_records(member, ContactId(contact))
        if records is None:
            raise no_such_contact()
        held = await use_cases.holds.list(member, ContactId(contact))
        return Keeping(
            living=records.living,
            held=records.held,
            shared=records.shared,
            scopes=(
                Scope("all", _("Everything with this person")),
                *(Scope(str(one.id), _thread_words(one)) for one in records.threads),
            ),
            holds=tuple(hold_row(one, member, teller) for one in held),
            causes=tuple(Choice(one.value, cause_words(one)) for one in BY_ORDER),
        )


def contact_record_routes(desk: Desk) -> list[HTTPRouteHandler]:
    render = ContactRecordsDesk(desk).render

    @get("/office/contacts/{contact:uuid}/records")
    async def records(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        return await render(request, member, contact)

    @post("/office/contacts/{contact:uuid}/hold")
    async def hold(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        scope, reason = form.text("scope"), form.text("reason")
        done = await desk.use_cases.holds.place(
            member, ContactId(contact), read_scope(scope), reason
        )
        if done is HoldRefusal.NOT_FOUND:
            raise no_such_contact()
        if isinstance(done, HoldRefusal):
            return await render(
                request,
                member,
                contact,
                scope=scope,
                reason=reason[:600],
                faults=(FieldFault("reason", _(done.value)),),
            )
        return see_other(request, f"/office/contacts/{contact}/records")

    @get("/office/contacts/{contact:uuid}/destroy")
    async def ask(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        return await render(request, member, contact, "office/destroy.html")

    @post("/office/contacts/{contact:uuid}/destroy")
    async def destroy(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        scope = form.text("scope")
        cause = next((one for one in BY_ORDER if one.value == form.text("cause")), None)
        fault = None
        if cause is None:
            fault = FieldFault("cause", _("Say why it is destroyed."))
        elif form.text("sure") != "yes":
            fault = FieldFault("sure", _("Say that you know that it can’t be undone."))
        if cause is None or fault is not None:
            faults = () if fault is None else (fault,)
            template = "office/destroy.html"
            return await render(request, member, contact, template, scope=scope, faults=faults)
        done = await desk.use_cases.destroy(member, ContactId(contact), read_scope(scope), cause)
        if done is WhyKept.NOT_FOUND:
            raise no_such_contact()
        if isinstance(done, WhyKept):
            fault = FieldFault("scope", _(done.value))
            template = "office/destroy.html"
            return await render(request, member, contact, template, scope=scope, faults=(fault,))
        return await render(request, member, contact, notice=_told(done))

    return [records, hold, ask, destroy]


def read_scope(text: str) -> ThreadId | None:
    """Read a scope that a form of ours sent; ``None`` is everything with the contact."""
    if text == "all":
        return None
    try:
        return ThreadId(uuid.UUID(text))
    except ValueError:
        raise no_such_contact() from None


def _thread_words(thread: OwnedThread) -> str:
    words = (
        _("The conversation of the team %(name)s")
        if thread.kind is OwnerKind.TEAM
        else _("The conversation of %(name)s")
    )
    count = ngettext("%(num)d message", "%(num)d messages", thread.messages)
    return f"{words % {'name': thread.owner}} ({count % {'num': thread.messages}})"


def _told(done: Destroyed) -> str:
    told = ngettext(
        "%(num)d message was destroyed.", "%(num)d messages were destroyed.", done.count
    ) % {"num": done.count}
    if not done.left:
        return told
    kept = ngettext(
        "%(num)d is another person’s record, too, and stays.",
        "%(num)d are other people’s record, too, and stay.",
        done.left,
    ) % {"num": done.left}
    return f"{told} {kept}"


def no_such_contact() -> Refusal:
    return Refusal(404, "no-such-contact", _("There is no such contact."), title=_("Not found"))
