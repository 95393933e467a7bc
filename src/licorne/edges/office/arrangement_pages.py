"""The page that says who sees whose conversations."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.see_arrangement import ArrangedMember, ArrangedTeam
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.web.context import WebRequest


@dataclass(frozen=True, slots=True)
class ArrangementPage:
    shell: Shell
    with_inbox: tuple[ArrangedMember, ...]  # colleagues; the reader is spoken to apart
    without_inbox: tuple[ArrangedMember, ...]
    own: tuple[ArrangedTeam, ...]
    others: tuple[ArrangedTeam, ...]
    reads: bool  # the reader has an inbox
    openers: str  # who holds the key to the practice's copies
    takes_two: bool
    in_emergency: str


def arrangement_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/who-sees-what")
    async def who_sees_what(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        found = await desk.use_cases.arrangement(member)
        mine = {inbox.id for inbox in member.teams}
        others = tuple(one for one in found.members if not one.is_reader)
        openers = [one.name for one in found.members if one.opens_copies]
        view = ArrangementPage(
            shell=desk.shell(request, member, "who-sees-what"),
            with_inbox=tuple(one for one in others if one.has_inbox),
            without_inbox=tuple(one for one in others if not one.has_inbox),
            own=tuple(team for team in found.teams if team.id in mine),
            others=tuple(team for team in found.teams if team.id not in mine),
            reads=any(one.is_reader and one.has_inbox for one in found.members),
            openers=", ".join(openers),
            takes_two=len(openers) > 1,
            in_emergency=", ".join(found.in_emergency),
        )
        return desk.render(request, member, "office/who_sees_what.html", view)

    return [who_sees_what]
