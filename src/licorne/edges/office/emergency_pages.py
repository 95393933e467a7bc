"""Emergencies: opening a colleague's conversation with a reason, and who hears of it."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.open_in_emergency import WhyShut
from licorne.application.governing.prove_again import NotProved
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import ContactId, DeliveryId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.thread_view import ThreadView, name_shown, thread_view
from licorne.edges.office.times import Moment
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal

LOG = "/office/emergencies"
_SECTIONS = {"record-key": "/office/record-key", "members": "/office/members"}


@dataclass(frozen=True, slots=True)
class OthersRow:
    id: uuid.UUID
    owner: str
    is_team: bool
    active: Moment


@dataclass(frozen=True, slots=True)
class OthersPage:
    shell: Shell
    contact: uuid.UUID
    name: str
    rows: tuple[OthersRow, ...]
    chosen: uuid.UUID | None = None  # whose form had a fault, with the reason as it was typed
    reason: str = ""
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    shell: Shell
    access: uuid.UUID
    owner: str
    reason: str
    until: Moment
    thread: ThreadView


@dataclass(frozen=True, slots=True)
class PastRow:
    id: uuid.UUID
    by: str
    owner: str
    contact: uuid.UUID | None
    reason: str
    at: Moment
    until: Moment
    is_open: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    shell: Shell
    rows: tuple[PastRow, ...]


@dataclass(frozen=True, slots=True)
class AlarmsPart:
    shell: Shell


def emergency_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def others_page(
        request: WebRequest,
        member: SignedInMember,
        contact: uuid.UUID,
        *,
        chosen: uuid.UUID | None = None,
        reason: str = "",
        fault: FieldFault | None = None,
    ) -> Response[bytes]:
        found = await desk.use_cases.emergency.others(member, ContactId(contact))
        card = await desk.use_cases.contacts.one(member, ContactId(contact))
        if found is None or card is None:
            raise Refusal(404, "no-such-contact", _("There is no such contact."))
        teller = desk.teller(member)
        view = OthersPage(
            shell=desk.shell(request, member, "contacts"),
            contact=contact,
            name=name_shown(card.contact.who, member.organization.region),
            rows=tuple(
                OthersRow(one.id, one.owner, one.is_team, teller.tell(one.active_at))
                for one in found
            ),
            chosen=chosen,
            reason=reason,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/others.html", view, status=status)

    @get("/office/contacts/{contact:uuid}/others")
    async def others(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        return await others_page(request, await desk.member(request), contact)

    @post("/office/contacts/{contact:uuid}/others/{thread:uuid}")
    async def open_one(
        request: WebRequest, contact: FromPath[uuid.UUID], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, form = await desk.form(request)
        reason = form.text(f"reason-{thread}")
        try:
            opened = await desk.use_cases.emergency.open(
                member, ThreadId(thread), reason, form.text(f"password-{thread}")
            )
        except NotProved as problem:
            fault = FieldFault(f"password-{thread}", _(problem.sentence))
        else:
            if opened is WhyShut.NOT_FOUND:
                raise Refusal(404, "no-such-thread", _(opened.value))
            if opened is WhyShut.NOT_TRUSTED:
                raise Refusal(403, "not-trusted", _(opened.value))
            if not isinstance(opened, WhyShut):
                return see_other(request, f"{LOG}/{opened.id}")
            fault = FieldFault(f"reason-{thread}", _(opened.value))
        return await others_page(
            request, member, contact, chosen=thread, reason=reason[:500], fault=fault
        )

    async def reading(
        request: WebRequest,
        access: uuid.UUID,
        before: uuid.UUID | None = None,
    ) -> Response[bytes]:
        member = await desk.member(request)
        found = await desk.use_cases.emergency.read(
            member, access, before=None if before is None else DeliveryId(before)
        )
        if found is None:
            raise Refusal(
                404,
                "emergency-over",
                _("This isn’t open to you, or no longer. Open it again from the contact’s page."),
            )
        teller = desk.teller(member)
        view = EmergencyPage(
            shell=desk.shell(request, member, "contacts"),
            access=access,
            owner=found.owner,
            reason=found.reason,
            until=teller.tell(found.access.ends_at),
            thread=thread_view(found.thread, "inbox", member, teller, read_only=True),
        )
        return desk.render(request, member, "office/emergency.html", view)

    @get("/office/emergencies/{access:uuid}")
    async def read(request: WebRequest, access: FromPath[uuid.UUID]) -> Response[bytes]:
        return await reading(request, access)

    @get("/office/emergencies/{access:uuid}/before/{delivery:uuid}")
    async def earlier(
        request: WebRequest, access: FromPath[uuid.UUID], delivery: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        return await reading(request, access, delivery)

    @post("/office/emergencies/{access:uuid}/end")
    async def end(request: WebRequest, access: FromPath[uuid.UUID]) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.emergency.end(member, access):
            raise Refusal(404, "emergency-over", _("This is closed already."))
        return see_other(request, LOG if member.may(Permission.HEAR_ALARMS) else "/office")

    @get(LOG)
    async def log(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        teller = desk.teller(member)
        rows = tuple(
            PastRow(
                id=one.access.id,
                by=one.by,
                owner=one.owner,
                contact=one.contact,
                reason=one.reason,
                at=teller.tell(one.access.opened_at),
                until=teller.tell(one.access.ended_at or one.access.ends_at),
                is_open=one.is_open,
            )
            for one in await desk.use_cases.emergency.past(member)
        )
        view = LogPage(desk.shell(request, member, "record-key"), rows)
        return desk.render(request, member, "office/emergencies.html", view)

    @get("/office/parts/alarms")
    async def alarms_part(request: WebRequest) -> Response[bytes]:
        """Show what an open page has just heard of."""
        member = await desk.member(request, by_person=False)
        view = AlarmsPart(desk.shell(request, member, ""))
        return desk.render(request, member, "office/alarms_part.html", view)

    @post("/office/alarms/{alarm:uuid}/seen")
    async def seen(request: WebRequest, alarm: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        if not await desk.use_cases.alarms.seen(member, alarm):
            raise Refusal(404, "no-such-alarm", _("There is no such alarm."))
        return see_other(request, _SECTIONS.get(form.text("back"), "/office"))

    return [others, open_one, read, earlier, end, log, alarms_part, seen]
