"""Letting a member go: one form asks who takes over, and one act does all of it."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.let_go import LetGone, WhyStay
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import may_govern
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal


@dataclass(frozen=True, slots=True)
class Successor:
    value: str  # member:ID or team:ID
    label: str


@dataclass(frozen=True, slots=True)
class LeavingPage:
    shell: Shell
    id: uuid.UUID
    name: str
    successors: tuple[Successor, ...]
    faults: tuple[FieldFault, ...] = ()


@dataclass(frozen=True, slots=True)
class GonePage:
    shell: Shell
    name: str
    threads: int
    teams: int
    given: int
    waits: bool  # something is left that only somebody else can hand over


def leaving_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest,
        member: SignedInMember,
        other: uuid.UUID,
        fault: FieldFault | None = None,
    ) -> Response[bytes]:
        found = await desk.use_cases.arrangement(member)
        leaver = next((one for one in found.members if one.id == other), None)
        if leaver is None or leaver.is_reader or not may_govern(member.role, leaver.role):
            raise Refusal(404, "no-such-member", _("There is no such member."))
        people = tuple(
            Successor(f"member:{one.id}", _("%(name)s (you)") % {"name": one.name})
            if one.is_reader
            else Successor(f"member:{one.id}", one.name)
            for one in found.members
            if one.has_inbox and one.id != other
        )
        teams = tuple(
            Successor(f"team:{one.id}", _("The team %(name)s") % {"name": one.name})
            for one in found.teams
            if any(name != leaver.name for name in one.members)
        )
        view = LeavingPage(
            shell=desk.shell(request, member, "members"),
            id=other,
            name=leaver.name,
            successors=people + teams,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/leaving.html", view, status=status)

    @get("/office/members/{other:uuid}/let-go")
    async def ask(request: WebRequest, other: FromPath[uuid.UUID]) -> Response[bytes]:
        return await page(request, await desk.member(request), other)

    @post("/office/members/{other:uuid}/let-go")
    async def let_go(request: WebRequest, other: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        found = await desk.use_cases.arrangement(member)
        name = next((one.name for one in found.members if one.id == other), "")
        successor = _read(form.text("successor"))
        if successor is None:
            fault = FieldFault("successor", _(WhyStay.NO_SUCCESSOR.value))
            return await page(request, member, other, fault)
        done = await desk.use_cases.let_go(member, MemberId(other), successor)
        if isinstance(done, WhyStay):
            return await page(request, member, other, FieldFault("successor", _(done.value)))
        return await _gone(request, member, name, done)

    async def _gone(
        request: WebRequest, member: SignedInMember, name: str, done: LetGone
    ) -> Response[bytes]:
        handed = await desk.use_cases.hand_over(member)
        view = GonePage(
            shell=desk.shell(request, member, "members"),
            name=name,
            threads=done.threads,
            teams=done.teams,
            given=handed.given,
            waits=handed.left > 0,
        )
        return desk.render(request, member, "office/gone.html", view)

    return [ask, let_go]


def _read(text: str) -> Inbox | None:
    kind, _colon, name = text.partition(":")
    try:
        return Inbox(OwnerKind(kind), uuid.UUID(name))
    except ValueError:
        return None
