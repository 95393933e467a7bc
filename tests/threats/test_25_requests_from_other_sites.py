"""Threat 25: whatever another site makes a browser send, no route of the whole product obeys it."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar.routes import HTTPRoute
from tests.support.installation import Installed, close_sockets
from tests.support.web_server import serving

from licorne.application.sending.carriers import Carriers
from licorne.edges.web.application import WebApp
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE, SAFE_METHODS
from licorne.store.events import ChangeFeed
from licorne.wiring.web import compose_web

SOME = "01890000-0000-7000-8000-000000000000"
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.org"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)
# These are called by programs that prove themselves by what no browser attaches on its own.
PROVED_OTHERWISE = "/api/v1/"


@pytest.fixture
async def product(installation: Installed) -> AsyncIterator[WebApp]:
    """The pages and the API as they are composed to run, every edge of them."""
    feed, roles = ChangeFeed(installation.urls.app), installation.roles()
    try:
        async with installation.core() as core, feed:
            yield compose_web(roles, core, feed, Carriers({}, ()))
    finally:
        close_sockets(roles)


def changing_routes(product: WebApp) -> list[tuple[str, str, bool]]:
    """List (method, path, whether it lets other sites call) of whatever isn't a plain reading."""
    found = []
    for route in product.litestar.routes:
        assert isinstance(route, HTTPRoute)
        for handler in route.route_handlers:
            path = route.path.replace("{name:str}", "inbox").replace("{part:int}", "1")
            for placeholder in route.path_components:
                if not isinstance(placeholder, str):
                    path = path.replace(f"{{{placeholder.full}}}", SOME)
            found += [
                (method, path, bool(handler.opt.get(ALLOW_CROSS_SITE)))
                for method in handler.http_methods
                if method not in SAFE_METHODS
            ]
    return sorted(found)


async def test_no_form_of_another_site_is_obeyed_anywhere(product: WebApp):
    routes = changing_routes(product)
    assert len(routes) >= 25
    open_ones = {path for _method, path, allowed in routes if allowed}
    assert all(path.startswith(PROVED_OTHERWISE) for path in open_ones), open_ones
    async with serving(lambda _url: product) as url, httpx.AsyncClient(base_url=url) as client:
        for method, path, allowed in routes:
            for headers in FOREIGN:
                answer = await client.request(method, path, headers=headers, data={"a": "b"})
                expected = {401, 404} if allowed else {403}
                assert answer.status_code in expected, (method, path, headers, answer.status_code)
                if not allowed:
                    assert "another website" in answer.text


async def test_the_same_forms_from_our_own_pages_are_looked_at(product: WebApp):
    """So that the test above can tell a refusal of this kind from any other."""
    async with serving(lambda _url: product) as url, httpx.AsyncClient(base_url=url) as client:
        for method, path, allowed in changing_routes(product):
            if allowed:
                continue
            headers = {"Sec-Fetch-Site": "same-origin"}
            answer = await client.request(method, path, headers=headers, data={"a": "b"})
            assert "another website" not in answer.text, (method, path)
