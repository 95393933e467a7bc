"""Teams: who is in them, who waits to be let in, and making them."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.act_refused import ActRefused
from licorne.application.governing.see_arrangement import ArrangedMember, ArrangedTeam
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import MemberId, TeamId
from licorne.domain.identity.permission import Permission
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import Form
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import FieldFault, Refusal

TEAMS = "/office/teams"


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: uuid.UUID
    name: str
    is_reader: bool
    can_be_let_in: bool = False


@dataclass(frozen=True, slots=True)
class TeamCard:
    id: uuid.UUID
    name: str
    members: tuple[PersonRow, ...]
    pending: tuple[PersonRow, ...]
    others: tuple[ArrangedMember, ...]  # who could be added
    is_own: bool


@dataclass(frozen=True, slots=True)
class TeamsPage:
    shell: Shell
    teams: tuple[TeamCard, ...]
    readers: tuple[ArrangedMember, ...]
    may_keep: bool
    name: str = ""  # of a team that couldn't be made
    faults: tuple[FieldFault, ...] = ()


def team_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def page(
        request: WebRequest, member: SignedInMember, *, notice: str = "", name: str = "",
        fault: FieldFault | None = None,
    ) -> Response[bytes]:  # fmt: skip
        arrangement = await desk.use_cases.arrangement(member)
        joins = await desk.use_cases.let_in.joins(member)
        openable = {(one.team, one.member) for one in joins.waiting}
        readers = tuple(one for one in arrangement.members if one.has_inbox)
        own = {inbox.id for inbox in member.teams}
        view = TeamsPage(
            shell=desk.shell(request, member, "teams", notice=notice),
            teams=tuple(
                _card(team, readers, openable, is_own=team.id in own) for team in arrangement.teams
            ),
            readers=readers,
            may_keep=member.may(Permission.KEEP_TEAMS),
            name=name,
            faults=() if fault is None else (fault,),
        )
        status = 200 if fault is None else 422
        return desk.render(request, member, "office/teams.html", view, status=status)

    @get(TEAMS)
    async def show(request: WebRequest) -> Response[bytes]:
        return await page(request, await desk.member(request))

    @post(TEAMS)
    async def add(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        name = form.text("name")[:200]
        try:
            await desk.use_cases.teams.add(member, name, _members_of(form))
        except ActRefused as refused:
            fault = FieldFault("name", _(refused.sentence))
            return await page(request, member, name=name, fault=fault)
        return see_other(request, TEAMS)

    @post("/office/teams/{team:uuid}/members")
    async def add_member(request: WebRequest, team: FromPath[uuid.UUID]) -> Response[bytes]:
        """Add somebody; who does it and can open the team's keys lets them in at once."""
        member, form = await desk.form(request)
        for newcomer in _members_of(form)[:1]:
            try:
                await desk.use_cases.teams.add_member(member, TeamId(team), newcomer)
            except ActRefused as refused:
                raise Refusal(422, "not-added", _(refused.sentence)) from refused
            joins = await desk.use_cases.let_in.joins(member)
            if any((one.team, one.member) == (team, newcomer) for one in joins.waiting):
                await desk.use_cases.let_in(member, TeamId(team), newcomer)
        return see_other(request, f"{TEAMS}#team-{team}")

    @post("/office/teams/{team:uuid}/members/{other:uuid}/remove")
    async def remove_member(
        request: WebRequest, team: FromPath[uuid.UUID], other: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, _form = await desk.form(request)
        try:
            await desk.use_cases.teams.remove_member(member, TeamId(team), MemberId(other))
        except ActRefused as refused:
            raise Refusal(422, "not-removed", _(refused.sentence)) from refused
        return see_other(request, f"{TEAMS}#team-{team}")

    @post("/office/teams/{team:uuid}/members/{other:uuid}/let-in")
    async def let_in(
        request: WebRequest, team: FromPath[uuid.UUID], other: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, _form = await desk.form(request)
        refused = await desk.use_cases.let_in(member, TeamId(team), MemberId(other))
        if refused is not None:
            raise Refusal(422, "not-let-in", _(refused.value))
        return see_other(request, f"{TEAMS}#team-{team}")

    return [show, add, add_member, remove_member, let_in]


def _members_of(form: Form) -> list[MemberId]:
    chosen = []
    for text in form.texts("member")[:100]:
        try:
            chosen.append(MemberId(uuid.UUID(text)))
        except ValueError:
            continue
    return chosen


def _card(
    team: ArrangedTeam,
    readers: tuple[ArrangedMember, ...],
    openable: set[tuple[TeamId, MemberId]],
    *,
    is_own: bool,
) -> TeamCard:
    known = {one.id: one for one in readers}

    def row(member: MemberId) -> PersonRow:
        one = known[member]
        return PersonRow(one.id, one.name, one.is_reader, (team.id, member) in openable)

    inside = {*team.member_ids, *team.pending_ids}
    return TeamCard(
        id=team.id,
        name=team.name,
        members=tuple(row(one) for one in team.member_ids if one in known),
        pending=tuple(row(one) for one in team.pending_ids if one in known),
        others=tuple(one for one in readers if one.id not in inside),
        is_own=is_own,
    )
