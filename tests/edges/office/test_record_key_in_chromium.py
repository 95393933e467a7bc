"""Two officers release the practice's copies, each in their own browser; the kit on paper."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.browser import (
    DESK,
    PHONE,
    SCREENSHOTS,
    assert_accessible,
    assert_fits,
    visiting,
)
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import PASSWORD

from licorne.domain.identity.role import Role


async def look(page: Page, name: str) -> None:
    await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENSHOTS / f"record-key-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_two_officers_open_the_copies_together(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    owner = await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with visiting(browser, size=size) as one, visiting(browser, size=size) as two:
        first, second = one.page, two.page
        await office.sign_in(first, owner)
        await first.goto(f"{office.url}/office/record-key")
        await look(first, "alone")
        await first.get_by_text("Let them hold a share – Grace Hopper").click()
        await first.locator(f"#password-{grace.id}").fill(PASSWORD)
        await first.get_by_role("button", name="Let them hold a share").click()
        await expect(first.get_by_text("It takes two officers to use it")).to_be_visible()
        await look(first, "two")
        await first.get_by_label("Why do the copies").fill("Ada has left; Carla is waiting.")
        await first.get_by_role("button", name="Ask a second officer").click()
        await expect(first.get_by_text("Waits for a second officer")).to_be_visible()
        await office.sign_in(second, grace)
        await second.goto(f"{office.url}/office/record-key")
        await look(second, "asked")
        release = second.locator(".release")
        await release.locator("input[type=password]").fill(PASSWORD)
        await release.get_by_role("button", name="Approve").click()
        await expect(second.locator(".chip", has_text="Open until")).to_be_visible()
        await first.goto(f"{office.url}/office/record-key")
        await look(first, "open")
        await first.locator("#for_kit").fill(PASSWORD)
        await first.get_by_role("button", name="Print a new share").click()
        await expect(first.locator("#share li")).to_have_count(8)
        await look(first, "kit")
        await first.emulate_media(media="print")
        await expect(first.get_by_role("button", name="Print")).to_be_hidden()
        paper = await first.pdf(path=SCREENSHOTS / f"kit-{size[0]}.pdf", format="A4")
        # One sheet, so that nobody keeps half of it.
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
        assert [*one.complaints, *two.complaints] == []
