"""The OpenAPI document and the guide say what the API does."""

import asyncio
import html
import os
import re
from pathlib import Path

from litestar import Litestar
from playwright.async_api import Browser
from tests.support.api_world import Api, api_use_cases, token_for
from tests.support.browser import (
    DESK,
    PHONE,
    assert_accessible,
    assert_fits,
    assert_only_kept,
    visiting,
)
from tests.support.practice_world import PracticeWorld

from licorne.edges.api.operations import OPERATIONS
from licorne.edges.api.router import build_router

NOT_DESCRIBED = {"/api/v1/openapi.json", "/api/v1/docs", "/api/docs", "/healthz", "/readyz"}


async def test_the_document_names_every_route_and_no_other(world: PracticeWorld):
    app = Litestar([build_router(api_use_cases(world))], openapi_config=None)
    served = {
        (re.sub(r":[a-z]+}", "}", route.path), method.lower())
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if route.path not in NOT_DESCRIBED and method != "OPTIONS"
    }
    described = {(one.full_path, one.method) for one in OPERATIONS}
    assert served == described


async def test_the_document_is_openapi_3_1_with_its_own_server(api: Api):
    answer = await api.client.get("/api/v1/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": f"{api.url}/api/v1"}]
    operation = document["paths"]["/messages"]["post"]
    assert operation["security"] == [{"token": ["messages:send"]}]
    required = document["components"]["schemas"]["NewMessage"]["required"]
    assert required == ["to", "text"]


async def test_the_guide_is_for_everybody_and_fetches_nothing_from_elsewhere(
    api: Api, browser: Browser
):
    for size in (PHONE, DESK):
        async with visiting(browser, size=size) as visitor:
            await visitor.page.goto(f"{api.url}/api/v1/docs")
            assert await visitor.page.get_by_role("heading", level=1).count() == 1
            assert await visitor.page.get_by_text("result-4711").count() >= 1
            await assert_accessible(visitor.page)
            await assert_fits(visitor.page)
            await assert_only_kept(visitor)
            assert visitor.foreign_requests(api.url) == []
            assert visitor.complaints == []


async def test_the_guides_first_command_works_as_it_stands(api: Api, tmp_path: Path):
    token = await token_for(api.world, await api.world.add_member("Alice Member"))
    page = (await api.client.get("/api/docs")).text
    command = html.unescape(page.split("export TOKEN=lic_…\n")[1].split("</code>")[0])
    process = await asyncio.create_subprocess_shell(
        f"{command} --silent --write-out '%{{http_code}}' --output {tmp_path}/answer",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "TOKEN": token.secret},
    )
    out, _ = await process.communicate()
    assert out == b"201"
