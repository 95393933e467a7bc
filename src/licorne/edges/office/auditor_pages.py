"""The page for auditors: what 45 CFR 164.312 asks, what answers it, and where that is shown."""

from dataclasses import dataclass

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.application.signed_in_member import SignedInMember
from licorne.edges.office.auditor_answers import AuditorAnswer, ShownAt, auditor_answers
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.route_permissions import NEEDS
from licorne.edges.web.context import WebRequest


@dataclass(frozen=True, slots=True)
class AnswerView:
    answer: AuditorAnswer
    open: tuple[ShownAt, ...]  # pages that the reader's role opens
    closed: tuple[ShownAt, ...]  # pages that somebody else has to show


@dataclass(frozen=True, slots=True)
class AuditorPage:
    shell: Shell
    answers: tuple[AnswerView, ...]


def auditor_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/auditor")
    async def auditor(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        view = AuditorPage(
            shell=desk.shell(request, member, "auditor"),
            answers=tuple(_view(one, member) for one in auditor_answers()),
        )
        return desk.render(request, member, "office/auditor.html", view)

    return [auditor]


def _view(answer: AuditorAnswer, member: SignedInMember) -> AnswerView:
    return AnswerView(
        answer,
        open=tuple(page for page in answer.pages if _may_open(member, page)),
        closed=tuple(page for page in answer.pages if not _may_open(member, page)),
    )


def _may_open(member: SignedInMember, page: ShownAt) -> bool:
    needed = NEEDS["GET", page.path.partition("?")[0]]
    return needed is None or member.may(needed)
