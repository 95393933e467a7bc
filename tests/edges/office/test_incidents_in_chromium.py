"""An incident from the first line to the last in a real browser, narrow and wide."""

import pytest
from playwright.async_api import Browser, Page, expect
from tests.edges.office.test_records_in_chromium import look_on_paper
from tests.support.browser import (
    DESK,
    PHONE,
    SCREENSHOTS,
    assert_accessible,
    assert_fits,
    visiting,
)
from tests.support.office_world import OfficeWorld


async def look(page: Page, name: str) -> None:
    """Hold the page against its window's width, and on a phone against WCAG, too."""
    width = (page.viewport_size or {"width": 0})["width"]
    if width == PHONE[0]:
        await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"incident-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_an_officer_asks_whose_data_it_was_decides_and_tells(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    world = office.world
    owner = await world.found()
    ada = await world.add_member("Ada Byron")
    for number in ("+12125550123", "+12125550124"):
        await world.send(ada, number, "Your results are in.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.locator(".row-link").first.click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/incidents")
        await look(page, "none")
        await page.get_by_role("link", name="Write down an incident").click()
        await look(page, "new")
        await page.get_by_label("What happened").fill("Ada’s phone was stolen on the bus.")
        await page.get_by_role("button", name="Write it down").click()
        await expect(page.get_by_text("60 days left").first).to_be_visible()
        await look(page, "opened")

        await page.get_by_text("1. Whose messages").click()
        await page.get_by_role("link", name="Ask the trail").click()
        await page.get_by_label("Through what, or by whom").select_option(label="Ada Byron")
        await page.get_by_role("button", name="Ask the trail").click()
        await expect(page.get_by_role("cell", name="(212) 555-0124")).to_be_visible()
        await look(page, "exposure")

        await page.goto(f"{office.url}/office/incidents")
        await page.get_by_role("link", name="Incident 1").click()
        await page.get_by_text("1. Whose messages").click()
        await page.get_by_label("How many people").fill("2")
        await page.get_by_label("How you know").fill("From the audit trail.")
        await page.locator("#step-people").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Whose messages: 2")).to_be_visible()
        await page.get_by_text("3. Decide").click()
        await page.get_by_label("A breach").check()
        await page.locator("#text-decision").fill("The phone was unlocked.")
        await look(page, "deciding")
        await page.get_by_role("button", name="Decide").click()
        await expect(page.get_by_text("Decided: A breach")).to_be_visible()
        await page.get_by_text("4. Who was told").click()
        await page.get_by_label("The people themselves").check()
        await page.get_by_label("How, and what was said").fill("A letter to each of the two.")
        await page.locator("#step-told").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Told: The people themselves")).to_be_visible()
        await look(page, "told")
        await page.emulate_media(media="print")
        await look_on_paper(page, "incident")
        for control in await page.locator("button, input, textarea, .bar, .menu").all():
            assert not await control.is_visible(), await control.evaluate("e => e.outerHTML")
        assert visitor.complaints == []
