"""Reads which page of a list a program asks for; anything else in the query is a slip, and told."""

import uuid
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from licorne.edges.api.json_body import faulty
from licorne.edges.api.operation import Parameter
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault

USUAL_PAGE = 50
MOST_IN_A_PAGE = 100

Cursor = TypeVar("Cursor")

LIMIT = Parameter(
    "limit",
    "query",
    "How many a page holds.",
    (("type", "integer"), ("minimum", 1), ("maximum", MOST_IN_A_PAGE), ("default", USUAL_PAGE)),
)
CURSOR = Parameter(
    "cursor",
    "query",
    "`next_cursor` of the page before.",
    (("type", "string"), ("pattern", "^[0-9a-f]{32}$")),
)


def page_asked_for(
    request: WebRequest, parse: Callable[[str], Cursor | None], name: str = "cursor"
) -> tuple[Cursor | None, int]:
    """Read cursor and limit; ``parse`` gives None for what is no cursor. Raises `Refusal`."""
    asked = request.query_params
    faults = [
        FieldFault(other, _("There is no such parameter."), "unknown")
        for other in dict.fromkeys(asked)
        if other not in {name, "limit"}
    ]
    cursor = None
    if name in asked:
        cursor = parse(asked[name])
        if cursor is None:
            words = _("This is no cursor that a page before gave.")
            faults.append(FieldFault(name, words, "wrong_value"))
    limit = asked.get("limit", str(USUAL_PAGE))
    if not (
        limit.isascii()
        and limit.isdecimal()
        and len(limit) < 4
        and 1 <= int(limit) <= MOST_IN_A_PAGE
    ):
        words = _("This must be a number from 1 to %(most)d.") % {"most": MOST_IN_A_PAGE}
        faults.append(FieldFault("limit", words, "wrong_value"))
    if faults:
        raise faulty(*faults)
    return cursor, int(limit)


def link_to_next(path: str, cursor: str | None, limit: int) -> dict[str, str]:
    """Give the header that names the next page (RFC 8288), where there is one."""
    if cursor is None:
        return {}
    return {"Link": f'<{path}?{urlencode({"cursor": cursor, "limit": limit})}>; rel="next"'}


def parse_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
