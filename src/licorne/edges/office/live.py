"""Live updates of open pages: ids of what changed, for as long as the session lasts."""

import uuid
from collections.abc import AsyncIterator

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from licorne.application.receiving.watch_inboxes import AlarmRaised
from licorne.application.signed_in_member import SignedInMember
from licorne.edges.office.desk import COOKIE, Desk, NotSignedIn
from licorne.edges.web.context import WebRequest
from licorne.edges.web.live_updates import Changed, event_stream


def live_routes(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/office/live")
    async def live(request: WebRequest) -> Stream:
        cookie = COOKIE.read(request)
        if cookie is None:
            raise NotSignedIn
        member = await desk.member(request, by_person=False)
        return event_stream(_changes(desk, member, cookie))

    return [live]


async def _changes(desk: Desk, member: SignedInMember, cookie: str) -> AsyncIterator[Changed]:
    async for change in desk.use_cases.watch(member, cookie):
        if isinstance(change, AlarmRaised):
            yield Changed("alarm", change.alarm)
            continue
        yield Changed("thread", change.thread)
        if change.delivery is not None:
            yield Changed("delivery", change.delivery)
    yield Changed("session-over", uuid.UUID(int=0))
