"""Members, for owners: who is here, and ending somebody's ways in at once."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.govern_members import MemberChange
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.permission import may_govern
from licorne.domain.identity.role import Role
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.times import Moment
from licorne.edges.office.ways_in_view import WayView, no_such_way, read_kind, ways_view
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import Refusal


@dataclass(frozen=True, slots=True)
class MemberRow:
    id: uuid.UUID
    name: str
    email: str
    role: str
    since: Moment
    suspended: Moment | None
    is_reader: bool
    is_locked: bool
    may_govern: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    shell: Shell
    member: MemberRow
    ways: tuple[WayView, ...]


@dataclass(frozen=True, slots=True)
class InvitationRow:
    id: uuid.UUID
    email: str
    role: str
    until: Moment


@dataclass(frozen=True, slots=True)
class MembersPage:
    shell: Shell
    members: tuple[MemberRow, ...]
    invitations: tuple[InvitationRow, ...]
    waiting: str  # to whom conversations have to be handed over
    can_hand_over: bool


def member_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def rows(member: SignedInMember) -> tuple[MemberRow, ...]:
        teller = desk.teller(member)
        return tuple(
            MemberRow(
                id=one.id,
                name=one.name,
                email=one.email,
                role=role_words(one.role),
                since=teller.tell(one.created_at),
                suspended=teller.tell_if(one.suspended_at),
                is_reader=one.is_reader,
                is_locked=one.is_locked,
                may_govern=one.is_reader or may_govern(member.role, one.role),
            )
            for one in await desk.use_cases.members.list(member)
        )

    @get("/office/members")
    async def members(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        teller, there = desk.teller(member), await rows(member)
        waiting = {one.id for one in await desk.use_cases.hand_over.waiting(member)}
        names = [one.name for one in there if one.id in waiting]
        if len(names) < len(waiting):
            names.append(_("a team"))
        view = MembersPage(
            desk.shell(request, member, "members"),
            there,
            tuple(
                InvitationRow(one.id, one.email, role_words(one.role), teller.tell(one.expires_at))
                for one in await desk.use_cases.invitations.list(member)
            ),
            ", ".join(names),
            await desk.use_cases.hand_over.opens_copies(member),
        )
        return desk.render(request, member, "office/members.html", view)

    @get("/office/members/{other:uuid}")
    async def one(request: WebRequest, other: FromPath[uuid.UUID]) -> Response[bytes]:
        member = await desk.member(request)
        ways = await desk.use_cases.ways_in(member, MemberId(other))
        row = next((one for one in await rows(member) if one.id == other), None)
        if ways is None or row is None:
            raise _no_such_member()
        shell = desk.shell(request, member, "members")
        view = MemberPage(shell, row, ways_view(ways, desk.teller(member)))
        return desk.render(request, member, "office/member.html", view)

    @post("/office/members/{other:uuid}/ways-in/{kind:str}/{way:uuid}")
    async def end(
        request: WebRequest,
        other: FromPath[uuid.UUID],
        kind: FromPath[str],
        way: FromPath[uuid.UUID],
    ) -> Response[bytes]:
        member, _form = await desk.form(request)
        if not await desk.use_cases.ways_in.end(member, MemberId(other), read_kind(kind), way):
            raise no_such_way()
        return see_other(request, f"/office/members/{other}")

    @post("/office/members/{other:uuid}")
    async def change(request: WebRequest, other: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        govern = desk.use_cases.members
        acts = {
            "suspend": govern.suspend,
            "reinstate": govern.reinstate,
            "unlock": govern.unlock,
        }
        act = acts.get(form.text("act"))
        if act is None:
            raise Refusal(400, "no-such-act", _("This page doesn’t know what to do."))
        result = await act(member, MemberId(other))
        if result is MemberChange.NOT_ALLOWED:
            raise _not_over_them()
        if result is MemberChange.NOT_FOUND:
            raise _no_such_member()
        if result is MemberChange.ONESELF:
            raise Refusal(409, "oneself", _("You can’t do this to yourself. Ask another owner."))
        return see_other(request, "/office/members")

    return [members, one, end, change]


def role_words(role: Role) -> str:
    return {
        Role.OWNER: _("Owner"),
        Role.OFFICER: _("Officer"),
        Role.MEMBER: _("Member"),
        Role.AUDITOR: _("Auditor"),
    }[role]


def _no_such_member() -> Refusal:
    return Refusal(404, "no-such-member", _("There is no such member."))


def _not_over_them() -> Refusal:
    return Refusal(403, "only-owners", _("Only an owner can do this to an owner or an officer."))
