"""What many send at once must not fill the memory, least of all from people who aren't signed in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from litestar import MediaType, Router, post
from tests.support.web_server import serving, web_settings

from licorne.edges.web.application import WebApp, build_app
from licorne.edges.web.bytes_in_flight import BytesInFlight
from licorne.edges.web.context import WebRequest
from licorne.edges.web.form import MOST_OF_A_STRANGER, read_form

SAME = {"Sec-Fetch-Site": "same-origin"}
MEGABYTE = 1024 * 1024


def large_forms(going_on: asyncio.Event) -> Router:
    @post("/held", media_type=MediaType.TEXT, status_code=200, request_max_body_size=64 * MEGABYTE)
    async def held(request: WebRequest) -> str:
        form = await read_form(request, None)
        await going_on.wait()
        return str(sum(len(file.content) for file in form.uploads("paper")))

    @post("/stranger", status_code=200, request_max_body_size=64 * MEGABYTE)
    async def stranger(request: WebRequest) -> dict[str, list[int] | str]:
        form = await read_form(request, None, of_stranger=True)
        sizes = [len(file.content) for file in form.uploads("paper")]
        return {"reply": form.text("reply"), "sizes": sizes}

    return Router("/", route_handlers=[held, stranger])


@asynccontextmanager
async def site(
    budget: int,
) -> AsyncIterator[tuple[httpx.AsyncClient, BytesInFlight, asyncio.Event]]:
    in_flight, going_on = BytesInFlight(budget), asyncio.Event()

    def make(url: str) -> WebApp:
        settings = web_settings(url)
        return WebApp(build_app([large_forms(going_on)], settings).litestar, settings, in_flight)

    async with (
        serving(make) as url,
        httpx.AsyncClient(base_url=url, headers=SAME, timeout=30) as client,
    ):
        yield client, in_flight, going_on


async def until(condition, seconds: float = 10) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_forms_beyond_the_budget_are_asked_to_come_again_and_the_rest_is_served() -> None:
    async with site(3 * MEGABYTE) as (client, in_flight, going_on):
        paper = {"paper": ("x.pdf", b"x" * (2 * MEGABYTE))}
        first = asyncio.create_task(client.post("/held", files=paper))
        await until(lambda: in_flight.left <= MEGABYTE)
        assert (await client.post("/held", files=paper)).status_code == 503
        assert (await client.post("/held", data={"text": "y" * (2 * MEGABYTE)})).status_code == 503
        going_on.set()
        assert (await first).text == str(2 * MEGABYTE)
        await until(lambda: in_flight.left == 3 * MEGABYTE)
        assert (await client.post("/held", files=paper)).status_code == 200


async def test_what_a_stranger_writes_is_kept_and_their_files_are_not() -> None:
    async with site(64 * MEGABYTE) as (client, _, _):
        paper = {"paper": ("x.pdf", b"x" * (8 * MEGABYTE))}
        answer = await client.post("/stranger", data={"reply": "Thank you"}, files=paper)
        assert json.loads(answer.text) == {"reply": "Thank you", "sizes": [0]}


async def test_a_stranger_can_not_send_a_large_text_either() -> None:
    async with site(64 * MEGABYTE) as (client, in_flight, _):
        for form in ({"data": {"reply": "x" * (MOST_OF_A_STRANGER + 1)}},
                     {"files": {"reply": (None, b"x" * (MOST_OF_A_STRANGER + 1))}}):  # fmt: skip
            assert (await client.post("/stranger", **form)).status_code == 413
        await until(lambda: in_flight.left == 64 * MEGABYTE)
