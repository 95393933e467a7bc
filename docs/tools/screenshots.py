"""Makes the pictures in docs/screenshots from a running demo, with invented people.

python -m docs.tools.screenshots
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from tests.support.browser import CHROMIUM, FLAGS, PHONE
from tests.support.running_demo import RunningDemo, running_demo

from licorne.vault.totp import code_at

PLACE = Path(__file__).resolve().parents[1] / "screenshots"
DESK = (1280, 800)
NUMBER = "+12115550142"
MESSAGE = (
    "Hello Ms. Rivera,\n\nyour results are in, and all of them are fine. Please go on with the"
    " tablets, and come by in spring.\n\nWrite back here if anything is unclear."
)
REPLY = "Thank you! Shall I still take them in the evening?"


async def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="licorne-screenshots-") as folder,
        running_demo(Path(folder) / "home") as demo,
    ):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            await _take(demo, browser)
            await browser.close()
    return 0


async def _take(demo: RunningDemo, browser: Browser) -> None:
    demo.send_mail(NUMBER, MESSAGE, subject="Your results")
    link = await demo.next_link(NUMBER)
    handset = await _page(browser, PHONE)
    await handset.goto(demo.facts["phone_url"])
    await asyncio.sleep(2)  # the text slides in
    await _save(handset, "phone")
    await handset.goto(link)
    await _save(handset, "first-visit")
    await handset.get_by_label("Password", exact=True).fill("three plain words")
    await handset.get_by_role("button", name="Set password and read").click()
    reply = handset.get_by_label("Reply", exact=True)
    await reply.wait_for()
    await _save(handset, "message")
    await reply.fill(REPLY)
    await handset.get_by_role("button", name="Send reply").click()
    await handset.get_by_role("heading", name="is sent").wait_for()
    await _take_office(demo, browser)


async def _take_office(demo: RunningDemo, browser: Browser) -> None:
    member = demo.facts["member"]
    for dark in (False, True):
        office = await _page(browser, DESK, dark=dark)
        await office.goto(demo.facts["office_url"])
        await office.get_by_label("Email").fill(member["email"])
        await office.get_by_label("Password", exact=True).fill(member["password"])
        if dark:  # a code serves once
            await asyncio.sleep(31 - time.time() % 30)
        code = code_at(member["totp_secret"], time.time())
        await office.get_by_label("Code", exact=False).first.fill(code)
        await office.get_by_role("button", name="Sign in").click()
        await office.get_by_text("(211) 555-0142").first.click()
        await office.get_by_text(REPLY).first.wait_for()
        await _save(office, "office-thread-dark" if dark else "office-thread")


async def _page(browser: Browser, size: tuple[int, int], *, dark: bool = False) -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    return await context.new_page()


async def _save(page: Page, name: str) -> None:
    await page.screenshot(path=PLACE / f"{name}.png")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
