from collections.abc import AsyncIterator

import pytest
from litestar.types import ASGIApp, Receive, Scope, Send
from playwright.async_api import Browser
from tests.edges.web.small_edge import small_router
from tests.support.browser import (
    assert_accessible,
    assert_fits,
    assert_only_kept,
    browser,
    screenshot,
    visiting,
)
from tests.support.web_server import serving, web_settings

from licorne.edges.web.application import build_app
from licorne.edges.web.brand import Accent

__all__ = ["browser"]


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving(lambda url: build_app([small_router()], web_settings(url))) as made:
        yield made


async def test_chromium_keeps_a_host_cookie_on_localhost_and_nothing_else(
    browser: Browser, url: str
):
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{url}/sign-in")
        assert visitor.page.url == f"{url}/ask"
        await assert_only_kept(visitor, "__Host-contact-test")
        assert visitor.foreign_requests(url) == []
        assert visitor.complaints == []


async def test_a_form_of_the_session_is_taken_with_and_without_javascript(
    browser: Browser, url: str
):
    for javascript in (True, False):
        async with visiting(browser, javascript=javascript) as visitor:
            page = visitor.page
            await page.goto(f"{url}/sign-in")
            await page.get_by_label("Password").fill("correct horse")
            assert await page.get_by_role("button", name="Show").count() == int(javascript)
            if javascript:
                await page.get_by_role("button", name="Show").click()
                assert await page.get_by_label("Password").get_attribute("type") == "text"
            await page.get_by_role("button", name="Continue").click()
            await page.wait_for_url(f"{url}/answer")
            assert await page.inner_text("body") == "correct horse|[]"


async def test_every_accent_is_accessible_in_light_and_dark(browser: Browser, url: str):
    async with visiting(browser) as visitor:
        page = visitor.page
        await page.goto(f"{url}/ask?faulty=true")
        for accent in Accent:
            await page.evaluate(f"document.documentElement.className = 'accent-{accent}'")
            await assert_accessible(page)
        await assert_fits(page)
        await screenshot(page, "web-ask")
        await page.emulate_media(color_scheme="dark")
        await screenshot(page, "web-ask-dark")
        await page.goto(f"{url}/nowhere")
        await assert_accessible(page)


async def test_a_formatted_message_runs_nothing_and_fetches_nothing(browser: Browser, url: str):
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{url}/formatted")
        assert await visitor.page.inner_text("p") == "Hello"
        assert visitor.dialogs == []
        assert not [request for request in visitor.requests if request.endswith("/x")]


def site_of_an_attacker(target: str) -> ASGIApp:
    """A page elsewhere with a form that posts to us."""
    page = (
        f'<form method=post action="{target}"><input name=word value=x><button>go</button></form>'
    ).encode()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        headers = [(b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": page})

    return app


async def test_another_site_cannot_send_our_form(browser: Browser, url: str):
    async with (
        serving(lambda own: site_of_an_attacker(f"{url}/before-log-in")) as attacker,
        visiting(browser) as visitor,
    ):
        page = visitor.page
        await page.goto(f"{url}/sign-in")
        for elsewhere in (attacker, attacker.replace("localhost", "127.0.0.1")):
            await page.goto(elsewhere)
            async with page.expect_response(f"{url}/before-log-in") as answer:
                await page.get_by_role("button").click()
            assert (await answer.value).status == 403


async def test_an_injected_inline_script_does_not_run(browser: Browser, url: str):
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{url}/ask")
        await visitor.page.evaluate(
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')"
        )
        await visitor.page.evaluate(
            "{const s = document.createElement('script'); s.textContent = 'alert(2)'; document.body.append(s)}"
        )
        await visitor.page.wait_for_timeout(100)
        assert visitor.dialogs == []
