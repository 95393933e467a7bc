"""Texts to look at: numbers held because somebody wrote what may mean "stop"."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.edges.office.desk import Desk, Shell
from licorne.edges.office.thread_view import name_shown
from licorne.edges.office.times import Moment
from licorne.edges.web.context import WebRequest
from licorne.edges.web.pages import see_other


@dataclass(frozen=True, slots=True)
class HeldRow:
    contact: uuid.UUID
    name: str
    since: Moment
    thread: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class HeldTextsPage:
    shell: Shell
    rows: tuple[HeldRow, ...]
    may_decide: bool


def held_text_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/held-texts")
    async def held_texts(request: WebRequest) -> Response[bytes]:
        member = await desk.member(request)
        teller, region = desk.teller(member), member.organization.region
        may_read = member.may(Permission.READ_MESSAGES)
        rows = tuple(
            HeldRow(
                contact=one.contact.id,
                name=name_shown(one.contact, region),
                since=teller.tell(one.since),
                thread=one.thread if may_read else None,
            )
            for one in await desk.use_cases.held_texts.list(member)
        )
        view = HeldTextsPage(
            shell=desk.shell(request, member, "held-texts"),
            rows=rows,
            may_decide=member.may(Permission.CHANGE_CONTACTS),
        )
        return desk.render(request, member, "office/held_texts.html", view)

    @post("/office/held-texts/{contact:uuid}")
    async def decide(request: WebRequest, contact: FromPath[uuid.UUID]) -> Response[bytes]:
        member, form = await desk.form(request)
        stop = form.text("texting") != "start"
        await desk.use_cases.held_texts.decide(member, ContactId(contact), stop=stop)
        return see_other(request, "/office/held-texts")

    return [held_texts, decide]
