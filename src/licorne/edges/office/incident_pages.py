"""Incidents, step by step: what happened, whose messages, how grave, decided, told, closed."""

import re
import uuid
from datetime import date

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.incidents.keep_incidents import IncidentRefusal, Written
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.permission import Permission
from licorne.domain.incident.clocks import Whom
from licorne.domain.incident.incident import Decision, EntryKind, Factor, Level
from licorne.edges.office.desk import Desk
from licorne.edges.office.incident_views import (
    IncidentsPage,
    NewIncidentPage,
    incident_page,
    incident_row,
)
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import Form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal

_STATE = re.compile(r"[A-Z]{2}")
_MOST_PEOPLE = 100_000_000


class _Unreadable(Exception):
    def __init__(self, fault: FieldFault) -> None:
        super().__init__(fault.field)
        self.fault = fault


def incident_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def new_page(
        request: WebRequest,
        member: SignedInMember,
        form: Form | None = None,
        fault: FieldFault | None = None,
    ) -> Response[bytes]:
        teller = desk.teller(member)
        today = teller.now.astimezone(teller.zone).date().isoformat()
        view = NewIncidentPage(
            shell=desk.shell(request, member, "incidents"),
            today=today,
            discovered=today if form is None else form.text("discovered")[:20],
            account="" if form is None else form.text("account")[:6000],
            as_associate=form is not None and form.text("as_associate") == "yes",
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/incident_new.html", view, status=status)

    async def page(
        request: WebRequest,
        member: SignedInMember,
        incident: uuid.UUID,
        *,
        text: str = "",
        faults: tuple[FieldFault, ...] = (),
    ) -> Response[bytes]:
        shown = await desk.use_cases.incidents.see(member, incident)
        if shown is None:
            raise _no_such_incident()
        view = incident_page(
            desk.shell(request, member, "incidents"),
            shown,
            desk.teller(member),
            may_keep=member.may(Permission.KEEP_INCIDENTS),
            text=text,
            faults=faults,
        )
        status = 422 if faults else 200
        return desk.render(request, member, "office/incident.html", view, status=status)

    @get("/office/incidents")
    async def incidents(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        teller = desk.teller(member)
        view = IncidentsPage(
            desk.shell(request, member, "incidents"),
            tuple(incident_row(one, teller) for one in await desk.use_cases.incidents.list(member)),
            member.may(Permission.KEEP_INCIDENTS),
        )
        return desk.render(request, member, "office/incidents.html", view)

    @get("/office/incidents/new")
    async def new(request: WebRequest) -> Response[bytes]:
        return await new_page(request, await desk.member(request))

    @post("/office/incidents/new")
    async def add(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            discovered = _day(form, "discovered")
        except _Unreadable as unreadable:
            return await new_page(request, member, form, unreadable.fault)
        made = await desk.use_cases.incidents.open(
            member,
            discovered,
            form.text("account"),
            as_associate=form.text("as_associate") == "yes",
        )
        if isinstance(made, IncidentRefusal):
            field = "discovered" if made is IncidentRefusal.IN_THE_FUTURE else "account"
            return await new_page(request, member, form, FieldFault(field, _(made.value)))
        return see_other(request, f"/office/incidents/{made}")

    @get("/office/incidents/{incident:uuid}")
    async def one(request: WebRequest, incident: FromPath[uuid.UUID]) -> Response[bytes]:
        return await page(request, await desk.member(request), incident)

    @post("/office/incidents/{incident:uuid}")
    async def write(request: WebRequest, incident: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        text = form.text("text")
        try:
            written = _written(form)
        except _Unreadable as unreadable:
            return await page(
                request, member, incident, text=text[:6000], faults=(unreadable.fault,)
            )
        refused = await desk.use_cases.incidents.write(member, incident, written)
        if refused is IncidentRefusal.NOT_FOUND:
            raise _no_such_incident()
        if refused is not None:
            fault = FieldFault(f"step-{written.kind.value}", _(refused.value))
            return await page(request, member, incident, text=text[:6000], faults=(fault,))
        return see_other(request, f"/office/incidents/{incident}")

    return [incidents, new, add, one, write]


def _written(form: Form) -> Written:
    """Read a step; raises `_Unreadable` with what is wrong."""
    try:
        kind = EntryKind(form.text("kind"))
        factor = Factor(form.text("factor")) if kind is EntryKind.FACTOR else None
        level = Level(form.text("level")) if kind is EntryKind.FACTOR else None
        decision = Decision(form.text("decision")) if kind is EntryKind.DECISION else None
        whom = Whom(form.text("whom")) if kind is EntryKind.TOLD else None
    except ValueError:
        name = form.text("kind") if form.text("kind") in set(EntryKind) else EntryKind.NOTE.value
        raise _Unreadable(FieldFault(f"step-{name}", _("Choose what fits."))) from None
    return Written(
        kind=kind,
        text=form.text("text"),
        on_date=_day(form, "on", f"step-{kind.value}"),
        factor=factor,
        level=level,
        decision=decision,
        whom=whom,
        place=form.text("place").strip().upper()[:2],
        affected=_affected(form) if kind is EntryKind.PEOPLE else None,
        states=_states(form) if kind is EntryKind.PEOPLE else (),
        delayed_until=_day(form, "delayed", "step-decision")
        if kind is EntryKind.DECISION and form.text("delayed").strip()
        else None,
    )


def _day(form: Form, name: str, field: str | None = None) -> date:
    try:
        return date.fromisoformat(form.text(name).strip())
    except ValueError:
        fault = FieldFault(field or name, _("Write the day as year-month-day."))
        raise _Unreadable(fault) from None


def _affected(form: Form) -> int | None:
    typed = form.text("affected").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and int(typed) <= _MOST_PEOPLE):
        raise _Unreadable(FieldFault("step-people", _("Write how many people, as a number.")))
    return int(typed)


def _states(form: Form) -> tuple[str, ...]:
    typed = form.text("states").upper().replace(",", " ").split()
    if any(_STATE.fullmatch(one) is None for one in typed) or len(typed) > 60:
        fault = FieldFault("step-people", _("Write States as two letters, such as NY, NJ."))
        raise _Unreadable(fault)
    return tuple(dict.fromkeys(typed))


def _no_such_incident() -> Refusal:
    return Refusal(404, "no-such-incident", _("There is no such incident."), title=_("Not found"))
