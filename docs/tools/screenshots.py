"""Makes the pictures in docs/screenshots from a running demo, with invented people.

python -m docs.tools.screenshots
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from tests.support.browser import CHROMIUM, FLAGS, PHONE
from tests.support.contact_client import contact_client
from tests.support.running_demo import RunningDemo, running_demo

from licorne.vault.totp import code_at

PLACE = Path(__file__).resolve().parents[1] / "screenshots"
WIDE, DESK = (1600, 900), (1280, 800)
TALL = 1110  # pixels: a form to its end
MARIA = "+12125550142"
NAMES = {
    MARIA: "Maria Rivera",
    "+12125550117": "James Okafor",
    "+12125550163": "Lin Zhang",
    "+12125550128": "Sam Weber",
    "+12125550191": "Priya Nair",
}
RESULTS = (
    "Hello Ms. Rivera,\n\nyour results are in, and all of them are fine. Please go on with the"
    " tablets, and come by in spring.\n\nWrite back here if anything is unclear."
)
REPLY = "Thank you! Shall I still take them in the evening?"
LETTER = (
    "Dear Mr. Weber,\n\nthe letter for your employer is ready. You can download it here, or fetch"
    " it at the front desk.\n\nAll the best"
)


async def main() -> int:
    PLACE.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="licorne-screenshots-") as folder,
        running_demo(Path(folder) / "home") as demo,
    ):
        await _live_a_day(demo)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            await _take_the_patients(demo, browser)
            await _take_the_office(demo, browser)
            await browser.close()
    return 0


async def _live_a_day(demo: RunningDemo) -> None:
    """Write to the other people, some of whom read and answer."""
    licorne = str(Path(sys.executable).parent / "licorne")
    for number, name in NAMES.items():
        command = [licorne, "contact", "add", number, "--name", name, "--home", str(demo.home)]
        await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    _maria, james, lin, sam, priya = NAMES
    demo.api(
        "POST",
        "/messages",
        {
            "to": [james],
            "text": "Please call me about Thursday.",
            "challenge": {"passphrase": "lilac ribbon"},
        },
    )
    await demo.next_link(james)
    for number, answer in ((lin, None), (sam, None), (priya, "Could we move it to Friday?")):
        demo.send_mail(number, "Your appointment is on Thursday at 10.", subject="Appointment")
        link = await demo.next_link(number)
        if number == sam:
            continue
        async with contact_client(demo.facts["pickup_url"]) as patient:
            page = await patient.claim(link)
            if answer is not None:
                await patient.reply(page, answer)


async def _take_the_patients(demo: RunningDemo, browser: Browser) -> None:
    demo.send_mail(MARIA, RESULTS, subject="Your results")
    link = await demo.next_link(MARIA)
    page = await _page(browser, PHONE)
    await page.goto(f"{demo.facts['phone_url']}?number=%2B12125550142")
    handset = page.get_by_role("region", name="+1 212-555-0142")
    await handset.get_by_role("link").wait_for()
    await _save(page, "phone")
    await page.goto(link)
    await _save(page, "first-visit")
    await page.get_by_label("Password", exact=True).fill("three plain words")
    await page.get_by_role("button", name="Set password and read").click()
    reply = page.get_by_label("Reply", exact=True)
    await reply.wait_for()
    await _save(page, "message")
    await reply.fill(REPLY)
    await page.emulate_media(color_scheme="dark")
    await page.get_by_role("button", name="Send reply").scroll_into_view_if_needed()
    await _save(page, "reply-dark")
    await page.get_by_role("button", name="Send reply").click()
    await page.get_by_role("heading", name="is sent").wait_for()


async def _take_the_office(demo: RunningDemo, browser: Browser) -> None:
    page = await _page(browser, DESK)
    await _sign_in(page, demo)
    await page.locator("#threads").get_by_text(NAMES[MARIA]).click()
    await page.locator("#messages").get_by_text(REPLY).wait_for()
    await _save(page, "office-thread")
    await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    await _save(page, "office-wide")
    await page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    await page.emulate_media(color_scheme="dark")
    await _save(page, "office-thread-dark")
    await page.emulate_media(color_scheme="light")
    await page.goto(f"{demo.facts['office_url']}/compose")
    await page.get_by_label("To", exact=True).fill("(212) 555-0128")
    await page.locator("#check .recipient").wait_for()
    await page.get_by_label("Subject").fill("Your letter")
    await page.get_by_label("Message", exact=True).fill(LETTER)
    await page.get_by_label("Ask for a passphrase").check()
    await page.set_viewport_size({"width": DESK[0], "height": TALL})
    await _save(page, "compose")
    await _take_the_office_on_a_phone(demo, browser, page.context)


async def _take_the_office_on_a_phone(
    demo: RunningDemo, browser: Browser, signed_in: BrowserContext
) -> None:
    page = await _page(browser, PHONE, await signed_in.storage_state())
    await page.goto(f"{demo.facts['office_url']}/mail/inbox")
    await page.locator("#threads").get_by_text(NAMES[MARIA]).wait_for()
    await _save(page, "office-phone")


async def _sign_in(page: Page, demo: RunningDemo) -> None:
    member = demo.facts["member"]
    await page.goto(demo.facts["office_url"])
    await page.get_by_label("Email address").fill(member["email"])
    await page.get_by_label("Password", exact=True).fill(member["password"])
    await page.get_by_label("Code").fill(code_at(member["totp_secret"], time.time()))
    await page.get_by_role("button", name="Sign in").click()
    await page.locator("#threads").get_by_text(NAMES[MARIA]).wait_for()


async def _page(browser: Browser, size: tuple[int, int], signed_in: object = None) -> Page:
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        storage_state=signed_in,  # type: ignore[arg-type]
    )
    return await context.new_page()


async def _save(page: Page, name: str) -> None:
    await page.screenshot(path=PLACE / f"{name}.png")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
