"""The demo's phone: what the people who were texted would see on their own phones.

It stands in for the outside world and isn't part of Licorne: no sign-in, no database, and only in
a demo, on loopback. Texts appear as they come.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import msgspec
from litestar import Response, Router, get
from litestar.response import Stream

from licorne.edges.phone.handsets import phone_view
from licorne.edges.web.context import WebRequest
from licorne.edges.web.live_updates import Changed, event_stream
from licorne.edges.web.pages import Pages
from licorne.ports.demo_phone import PhoneText, PhoneTexts

PATH = "/phone"
LOOK_EVERY = 0.2  # seconds; a look is one stat()


class TextOnPhone(msgspec.Struct, frozen=True):
    """A text as programs read it; ``at`` is ISO 8601."""

    to: str
    text: str
    at: str


def build_router(texts: PhoneTexts) -> Router:
    """Serve the page, its live part, and the texts as JSON."""
    pages = Pages()

    @get("/", include_in_schema=False)
    async def show_phone(request: WebRequest) -> Response[bytes]:
        return pages.render(request, "phone/phone.html", phone_view(texts.read()))

    @get("/handsets", include_in_schema=False)
    async def show_handsets(request: WebRequest) -> Response[bytes]:
        return pages.render(request, "phone/handsets.html", phone_view(texts.read()))

    @get("/live", include_in_schema=False)
    async def stream_arrivals() -> Stream:
        return event_stream(_arrivals(texts))

    @get("/messages.json", include_in_schema=False)
    async def list_texts(request: WebRequest) -> Response[bytes]:
        number = wanted_number(request.scope["query_string"].decode("latin-1"))
        listed = [_listed(text) for text in texts.read() if number is None or text.to == number]
        return Response(msgspec.json.encode(listed), media_type="application/json")

    return Router(PATH, route_handlers=[show_phone, show_handsets, stream_arrivals, list_texts])


def wanted_number(query: str) -> str | None:
    """Read ``?number=+1…``; an unescaped plus, which a form would write for a space, counts."""
    values = parse_qs(query.replace("+", "%2B")).get("number")
    if not values:
        return None
    digits = "".join(letter for letter in values[0] if letter.isdecimal())
    return f"+{digits}"


def _listed(text: PhoneText) -> TextOnPhone:
    return TextOnPhone(text.to, text.text, text.at.isoformat())


async def _arrivals(texts: PhoneTexts) -> AsyncIterator[Changed]:
    """Say that something came, and once at the start: it may have come before we listened."""
    seen: int | None = None
    while True:
        now = texts.stamp()
        if now != seen:
            seen = now
            yield Changed("text", uuid.UUID(int=0))
        await asyncio.sleep(LOOK_EVERY)
