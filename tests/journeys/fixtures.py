"""One browser and one signed-in clinician, for all journeys of a run."""

import time
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect
from tests.journeys.clinician import Office, sign_in
from tests.support.browser import CHROMIUM, DESK, FLAGS
from tests.support.running_demo import RunningDemo

from licorne.vault.totp import code_at

expect.set_options(timeout=15_000)  # milliseconds; a busy machine is slow, not broken


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_office(demo: RunningDemo, shared_browser: Browser) -> AsyncIterator[Office]:
    """The clinician's browser, signed in once: a one-time code is good for one sign-in."""
    context = await shared_browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    page = await context.new_page()
    code = code_at(demo.facts["member"]["totp_secret"], time.time())
    await sign_in(page, demo, code)
    await page.close()
    yield Office(demo, shared_browser, context)
    await context.close()
