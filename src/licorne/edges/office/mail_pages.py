"""The inbox: a list of threads, one of them open beside it, and the parts that refresh alone."""

import uuid
from dataclasses import dataclass

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from licorne.application.governing.let_in import Joins
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import DeliveryId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.edges.office.desk import Desk, Shell, is_fragment
from licorne.edges.office.message_view import delivery_view
from licorne.edges.office.thread_view import (
    Folder,
    ListView,
    ThreadView,
    folder_of,
    list_view,
    read_cursor,
    thread_view,
    work_view,
)
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.pages import see_other
from licorne.edges.web.refusal import Refusal

LONGEST_SEARCH = 100
NO_JOINS = Joins((), ())


@dataclass(frozen=True, slots=True)
class MailPage:
    shell: Shell
    list: ListView
    thread: ThreadView | None
    joins: Joins = NO_JOINS  # who waits to be let into a team


@dataclass(frozen=True, slots=True)
class Earlier:
    thread: ThreadView


def mail_routes(desk: Desk) -> list[HTTPRouteHandler]:
    async def listed(
        member: SignedInMember,
        folder: Folder,
        *,
        after: str = "",
        selected: uuid.UUID | None = None,
        by_person: bool = True,
    ) -> tuple[ListView, int]:
        page = await desk.use_cases.list_threads(
            member, folder.filter, after=read_cursor(after), by_person=by_person
        )
        view = list_view(page, folder, member, desk.teller(member), selected=selected)
        return view, page.unread

    async def opened(
        member: SignedInMember, folder: Folder, thread: uuid.UUID, before: uuid.UUID | None = None
    ) -> ThreadView:
        found = await desk.use_cases.read_thread(
            member, ThreadId(thread), before=None if before is None else DeliveryId(before)
        )
        if found is None:
            raise no_such_thread()
        work = await desk.use_cases.thread_work(member, ThreadId(thread))
        if work is None:
            raise no_such_thread()
        shown = work_view(work, member, desk.teller(member))
        return thread_view(
            found, folder.filter.value, member, desk.teller(member), desk.once(), shown
        )

    @get("/office/mail/{name:str}")
    async def folder_page(request: WebRequest, name: FromPath[str]) -> Response[bytes]:
        member = await desk.member(request)
        folder = _folder(name)
        view, unread = await listed(member, folder, after=request.query_params.get("after", ""))
        shell = desk.shell(request, member, name, unread=unread)
        joins = await desk.use_cases.let_in.joins(member)
        shown = MailPage(shell, view, None, joins)
        return desk.render(request, member, "office/mail.html", shown)

    @get("/office/mail/{name:str}/{thread:uuid}")
    async def thread_page(
        request: WebRequest, name: FromPath[str], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member = await desk.member(request)
        folder = _folder(name)
        shown = await opened(member, folder, thread)
        if is_fragment(request, "main"):
            shell = desk.shell(request, member, name)
            view = MailPage(shell, ListView(folder, (), (), thread, "", ""), shown)
            return desk.render(request, member, "office/thread_part.html", view)
        in_list, unread = await listed(member, folder, selected=thread)
        shell = desk.shell(request, member, name, unread=unread)
        return desk.render(request, member, "office/mail.html", MailPage(shell, in_list, shown))

    @get("/office/mail/{name:str}/{thread:uuid}/before/{delivery:uuid}")
    async def earlier(
        request: WebRequest,
        name: FromPath[str],
        thread: FromPath[uuid.UUID],
        delivery: FromPath[uuid.UUID],
    ) -> Response[bytes]:
        member = await desk.member(request)
        folder = _folder(name)
        shown = await opened(member, folder, thread, before=delivery)
        if is_fragment(request, "earlier"):
            return desk.render(request, member, "office/earlier_part.html", Earlier(shown))
        in_list, unread = await listed(member, folder, selected=thread)
        shell = desk.shell(request, member, name, unread=unread)
        return desk.render(request, member, "office/mail.html", MailPage(shell, in_list, shown))

    @post("/office/mail/{name:str}/{thread:uuid}/done")
    async def done(
        request: WebRequest, name: FromPath[str], thread: FromPath[uuid.UUID]
    ) -> Response[bytes]:
        member, form = await desk.form(request)
        is_done = form.text("done") == "yes"
        if not await desk.use_cases.mark_thread(member, ThreadId(thread), done=is_done):
            raise no_such_thread()
        back = f"/office/mail/{_folder(name).filter.value}"
        return see_other(request, back if is_done else f"{back}/{thread}")

    @post("/office/search")
    async def search(request: WebRequest) -> Response[bytes]:
        member, form = await desk.form(request)
        words = form.text("words").strip()[:LONGEST_SEARCH]
        folder = folder_of("inbox") or _folder("inbox")
        if not words:
            view, unread = await listed(member, folder)
        else:
            page = await desk.use_cases.list_threads.search(member, words)
            view = list_view(page, folder, member, desk.teller(member), words=words)
            unread = page.unread
        if is_fragment(request, "threads"):
            return desk.render(request, member, "office/list_part.html", view)
        shell = desk.shell(request, member, "inbox", unread=unread)
        return desk.render(request, member, "office/mail.html", MailPage(shell, view, None))

    # What an open page asks by itself when it hears that something changed.

    @get("/office/parts/list/{name:str}")
    async def list_part(request: WebRequest, name: FromPath[str]) -> Response[bytes]:
        member = await desk.member(request, by_person=False)
        selected = _uuid(request.query_params.get("selected", ""))
        view, unread = await listed(member, _folder(name), selected=selected, by_person=False)
        shell = desk.shell(request, member, name, unread=unread)
        return desk.render(request, member, "office/list_refresh.html", MailPage(shell, view, None))

    @get("/office/parts/thread/{thread:uuid}")
    async def thread_ids(request: WebRequest, thread: FromPath[uuid.UUID]) -> list[str]:
        """Name the messages of an open thread, so that the page can ask for those it lacks."""
        member = await desk.member(request, by_person=False)
        found = await desk.use_cases.follow_delivery.in_thread(member, ThreadId(thread))
        if found is None:
            raise no_such_thread()
        return [str(delivery) for delivery in found]

    @get("/office/parts/message/{delivery:uuid}")
    async def message_part(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        """Show one new message in a thread that is open before somebody's eyes."""
        member = await desk.member(request, by_person=False)
        followed = await desk.use_cases.follow_delivery(member, DeliveryId(delivery))
        if followed is None:
            raise no_such_thread()
        read = await desk.use_cases.read_thread(
            member, followed.thread.id, only=DeliveryId(delivery)
        )
        if read is None:
            raise no_such_thread()
        shown = thread_view(read, "inbox", member, desk.teller(member))
        return desk.render(request, member, "office/messages_part.html", Earlier(shown))

    @get("/office/parts/delivery/{delivery:uuid}")
    async def delivery_part(request: WebRequest, delivery: FromPath[uuid.UUID]) -> Response[bytes]:
        """Show how far a message has come, and not what it says."""
        member = await desk.member(request, by_person=False)
        followed = await desk.use_cases.follow_delivery(member, DeliveryId(delivery))
        if followed is None:
            raise no_such_thread()
        view = delivery_view(
            followed.facts,
            followed.story,
            desk.teller(member),
            may_write=member.may(Permission.WRITE_MESSAGES),
            own=followed.facts.author == member.actor,
        )
        return desk.render(request, member, "office/way_part.html", view)

    return [
        folder_page, thread_page, earlier, done, search, list_part, thread_ids, message_part,
        delivery_part,
    ]  # fmt: skip


def _folder(name: str) -> Folder:
    folder = folder_of(name)
    if folder is None:
        raise Refusal(404, "not-found", _("There is no such page."))
    return folder


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def no_such_thread() -> Refusal:
    return Refusal(
        404,
        "no-such-thread",
        _("There is no such conversation in your inboxes."),
        title=_("Not found"),
    )
