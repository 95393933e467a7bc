"""Working on a thread within the practice: giving it to somebody, and noting something."""

import uuid

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.assign_thread import NotAssigned
from licorne.application.receiving.write_note import NotNoted
from licorne.domain.identity.ids import MemberId, ThreadId
from licorne.edges.office.desk import Desk
from licorne.edges.office.mail_pages import no_such_thread
from licorne.edges.office.thread_view import folder_of
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import Refusal


def work_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @post("/office/mail/{name:str}/{thread:uuid}/assign")
    async def assign(
        request: WebRequest, name: FromPath[str], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, form = await desk.form(request)
        try:
            to = MemberId(uuid.UUID(form.text("to"))) if form.text("to") else None
        except ValueError:
            raise no_such_thread() from None
        refused = await desk.use_cases.assign(member, ThreadId(thread), to)
        if refused is NotAssigned.NO_SUCH_THREAD:
            raise no_such_thread()
        if refused is not None:
            raise Refusal(422, "not-assigned", _(refused.value))
        return see_other(request, f"/office/mail/{_known(name)}/{thread}")

    @post("/office/mail/{name:str}/{thread:uuid}/note")
    async def note(
        request: WebRequest, name: FromPath[str], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, form = await desk.form(request)
        kept = await desk.use_cases.note(member, ThreadId(thread), form.text("note"))
        if kept is NotNoted.NO_SUCH_THREAD:
            raise no_such_thread()
        if isinstance(kept, NotNoted):
            raise Refusal(422, "not-noted", _(kept.value))
        return see_other(request, f"/office/mail/{_known(name)}/{thread}#notes")

    return [assign, note]


def _known(name: str) -> str:
    """Give the folder to go back to; a filter may have lost the thread, so it is shown anyway."""
    return name if folder_of(name) else "inbox"
