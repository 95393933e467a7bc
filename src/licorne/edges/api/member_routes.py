"""The route for members: who works in the practice."""

import uuid
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import Meta

from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.role import Role
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.page_query import link_to_next, page_asked_for, parse_uuid
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest

MEMBERS = "/api/v1/members"


class MemberAnswer(msgspec.Struct, frozen=True):
    """Somebody who works in the practice."""

    id: uuid.UUID
    name: str
    email: str
    role: Role
    suspended: bool


class MemberPageAnswer(msgspec.Struct, frozen=True):
    """Members, in the order in which they came."""

    members: list[MemberAnswer]
    next_cursor: Annotated[
        str | None, Meta(description="Ask with it for the page after this one; null on the last.")
    ]


def member_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @get(MEMBERS, guards=[requires(use_cases, Scope.SEE_MEMBERS)])
    async def list_members(request: WebRequest) -> Response[bytes]:
        cursor, limit = page_asked_for(request, parse_uuid)
        after = None if cursor is None else MemberId(cursor)
        page = await use_cases.members(caller_of(request), after, limit)
        answer = MemberPageAnswer(
            members=[
                MemberAnswer(one.id, one.name, one.email, one.role, one.suspended)
                for one in page.members
            ],
            next_cursor=None if page.next is None else page.next.hex,
        )
        return json_answer(answer, headers=link_to_next(MEMBERS, answer.next_cursor, limit))

    return [list_members]
