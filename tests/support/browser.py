"""A real Chromium for tests: visitors, accessibility, and what a page leaves behind.

Use: ``pytest_plugins``/import the ``browser`` fixture, then ``async with visiting(browser) as
visitor``. Every visitor is a fresh device: no cookies, no storage.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright, expect

CHROMIUM = os.environ.get("LICORNE_CHROMIUM", "/usr/bin/chromium")
_PATIENCE = 15_000  # milliseconds: two slow cores, and other tests on them
expect.set_options(timeout=_PATIENCE)
SCREENSHOTS = Path(os.environ.get("LICORNE_SCREENSHOTS", "test-results"))
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = (390, 844)
DESK = (1600, 1000)

FLAGS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@dataclass
class Visitor:
    """One device with one page open, and a record of what the page did."""

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # errors in the console, CSP's among them

    def foreign_requests(self, *own_urls: str) -> list[str]:
        """List what was fetched from anywhere but the origins of ``own_urls``."""
        own = {urlsplit(url)[:2] for url in own_urls}
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in {"data", "blob", "about"}
            and urlsplit(url)[:2] not in own
        ]


@asynccontextmanager
async def visiting(
    browser: Browser,
    *,
    size: tuple[int, int] = PHONE,
    dark: bool = False,
    javascript: bool = True,
    user_agent: str | None = None,
) -> AsyncIterator[Visitor]:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        user_agent=user_agent,
    )
    try:
        yield watch(context, await context.new_page())
    finally:
        await context.close()


def watch(context: BrowserContext, page: Page) -> Visitor:
    """Note from now on what the page and its context do."""
    visitor = Visitor(context, page)

    def note_request(request: Request) -> None:
        visitor.requests.append(request.url)

    def forget_what_never_left(request: Request) -> None:
        if request.failure == "csp":  # Chromium's own policy check stopped it before the network
            visitor.requests.remove(request.url)

    context.on("request", note_request)
    context.on("requestfailed", forget_what_never_left)
    page.on(
        "console",
        lambda said: visitor.complaints.append(said.text) if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))

    async def close_dialog(dialog) -> None:
        visitor.dialogs.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", close_dialog)
    page.set_default_timeout(_PATIENCE)
    return visitor


_ALL_MOTION_HAS_ENDED = """
    async () => {
        for (let moving; (moving = document.getAnimations()).some(one => one.playState != "finished");)
            await Promise.allSettled(moving.map(one => one.finished));
    }
"""


async def assert_accessible(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA with axe, in light and in dark."""
    await page.wait_for_load_state()
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await page.evaluate(_ALL_MOTION_HAS_ENDED)  # half faded in, nothing has its contrast yet
        results = await Axe().run(page, options={"runOnly": WCAG_22_AA})
        assert results.violations_count == 0, f"{page.url} ({scheme}): {results.generate_report()}"


async def assert_fits(page: Page) -> None:
    """Nothing is wider than the window: no sideways scrolling."""
    wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    assert not wide, f"{page.url} scrolls sideways"


async def kept_on_device(visitor: Visitor) -> dict[str, object]:
    """Tell what the device holds: cookie names, and how many things are in each storage."""
    stored = await visitor.page.evaluate(
        """async () => ({
            local: localStorage.length,
            session: sessionStorage.length,
            caches: (await caches.keys()).length,
            databases: (await indexedDB.databases()).length,
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    cookies = sorted(cookie["name"] for cookie in await visitor.context.cookies())
    return {"cookies": cookies, **stored}


async def assert_only_kept(visitor: Visitor, *cookies: str) -> None:
    """The device holds these cookies and nothing else."""
    assert await kept_on_device(visitor) == {
        "cookies": sorted(cookies),
        "local": 0,
        "session": 0,
        "caches": 0,
        "databases": 0,
        "workers": 0,
    }


async def screenshot(page: Page, name: str) -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    await page.screenshot(path=path, full_page=True)
    return path
