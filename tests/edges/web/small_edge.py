"""A small edge that stands on web as the real ones do."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from jinja2 import DictLoader, PrefixLoader
from litestar import MediaType, Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from licorne.edges.web.brand import Accent, Brand
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.documents import attachment, formatted_document
from licorne.edges.web.form import read_form
from licorne.edges.web.live_updates import Changed, event_stream
from licorne.edges.web.pages import Pages, environment, see_other
from licorne.edges.web.refusal import FieldFault, Refusal

COOKIE = SessionCookie("contact")
PAGES = Pages(COOKIE)
BRAND = Brand("Dr. Ada Byron & Partners", Accent.PLUM)


@dataclass(frozen=True, slots=True)
class Ask:
    faults: tuple[FieldFault, ...] = ()


ASK = """
{% extends "web/contact_page.html" %}
{% import "web/forms.html" as forms with context %}
{% block main %}
{{ forms.error_summary(view.faults) }}
<h1>Enter your password</h1>
<form method="post" action="/answer" enctype="multipart/form-data" class="stack">
{{ forms.csrf() }}
{{ forms.secret_field("password", "Password", hint="The one you set.", faults=view.faults) }}
{{ forms.text_area("reply", "Reply", required=false) }}
<input type="file" name="paper" aria-label="Paper">
<div class="row"><button class="button-wide">Continue</button>
<a class="button button-second" href="/ask">Again</a> <button type="button" class="button-link">Forgotten</button></div>
</form>
<p class="note note-warning">A note with <a href="/ask">a link</a></p>
<p><span class="tag">plain</span> <span class="tag tag-success">good</span> <span class="tag tag-danger">bad</span>
<span class="tag tag-warning">odd</span> <span class="tag tag-accent">own</span></p>
<details><summary>More</summary><p class="quiet">Quiet words</p></details>
{% endblock %}
{% block scripts %}{{ forms.show_password_script() }}{% endblock %}
"""


def small_router() -> Router:
    loader = environment().loader
    assert isinstance(loader, PrefixLoader)
    loader.mapping["small"] = DictLoader({"ask.html": ASK})

    @get("/ask")
    async def ask(request: WebRequest, faulty: FromQuery[bool] = False) -> Response[bytes]:
        faults = (FieldFault("password", "Enter your password"),) if faulty else ()
        return PAGES.render(request, "small/ask.html", Ask(faults), brand=BRAND)

    @get("/sign-in")
    async def sign_in(request: WebRequest) -> Response[bytes]:
        response = see_other(request, "/ask")
        COOKIE.put(request, response, "secret-session", max_age=3600)
        return response

    @post("/answer", media_type=MediaType.TEXT, status_code=200)
    async def answer(request: WebRequest) -> str:
        form = await read_form(request, COOKIE)
        files = form.uploads("paper")
        return f"{form.text('password')}|{[(f.filename, len(f.content)) for f in files]}"

    @post("/before-log-in", media_type=MediaType.TEXT, status_code=200)
    async def before_log_in(request: WebRequest) -> str:
        return (await read_form(request, None)).text("word")

    @get("/refused/{token:str}")
    async def refused(token: FromPath[str]) -> None:
        raise Refusal(410, "gone", "It is gone.", title="Gone", cause="expired")

    @get("/api/v1/refused")
    async def api_refused() -> None:
        raise Refusal(
            422, "bad-number", "Check the number.", faults=(FieldFault("/to/0", "No such area"),)
        )

    @get("/broken")
    async def broken() -> None:
        raise RuntimeError("canary-in-the-exception")

    @post("/api/v1/things", opt={ALLOW_CROSS_SITE: True}, status_code=201)
    async def api_post() -> dict[str, bool]:
        return {"made": True}

    @get("/formatted")
    async def formatted() -> Response[bytes]:
        return formatted_document(
            "<p>Hello</p><script>alert(1)</script><img src=x onerror=alert(2)>"
        )

    @get("/paper")
    async def paper() -> Response[bytes] | Stream:
        return attachment(b"<script>1</script>", 'Röntgen "1".html', "text/html", size=18)

    @get("/live")
    async def live() -> Stream:
        async def changes() -> AsyncIterator[Changed]:
            yield Changed("thread", uuid.UUID(int=1))
            await asyncio.sleep(0.2)
            yield Changed("thread", uuid.UUID(int=2))

        return event_stream(changes(), heartbeat=0.05)

    @get("/who", media_type=MediaType.TEXT)
    async def who(request: WebRequest) -> str:
        context = web_context(request)
        return f"{context.client_address} {context.head} {context.prefetch}"

    return Router(
        "/",
        route_handlers=[
            ask, sign_in, answer, before_log_in, refused, api_refused, broken, api_post, formatted,
            paper, live, who,
        ],
    )  # fmt: skip
