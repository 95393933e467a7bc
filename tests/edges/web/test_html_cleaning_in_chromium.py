"""Threats 26 and 27 in a real browser, without any policy of the page to help."""

from playwright.async_api import Browser
from tests.edges.web.html_payloads import PAYLOADS
from tests.support.browser import visiting

from licorne.edges.web.html_cleaning import clean_html

IMAGES = {"script@x": ("image/svg+xml", b"<svg onload=alert(1)>")}


async def show(browser: Browser, bodies: list[str]) -> tuple[list[str], list[str]]:
    """Show each as a page of its own; tell which dialogs opened and which addresses were asked."""
    async with visiting(browser) as visitor:
        await visitor.context.route("**/*", lambda route: route.abort())
        for body in bodies:
            await visitor.page.set_content(f"<!doctype html><body>{body}", wait_until="commit")
        await visitor.page.evaluate("new Promise(done => requestAnimationFrame(done))")
        return visitor.dialogs, visitor.foreign_requests()


async def test_threats_26_and_27_no_payload_runs_or_loads_in_chromium(browser: Browser) -> None:
    cleaned = [clean_html(payload, IMAGES) or "" for payload in PAYLOADS]
    everything = "<hr>".join(cleaned)
    dialogs, requests = await show(browser, [*cleaned, everything])
    assert dialogs == []
    assert requests == []


async def test_the_same_browser_shows_what_uncleaned_payloads_do(browser: Browser) -> None:
    dialogs, requests = await show(
        browser,
        ["<img src=https://evil.example/pixel.gif><script>alert(1)</script>"],
    )
    assert requests == ["https://evil.example/pixel.gif"]
    assert dialogs == ["1"]
