"""An emergency in two browsers: one opens a colleague's conversation, the other hears of it."""

import pytest
from playwright.async_api import Browser, Page, expect
from tests.edges.office.member_client import member_client
from tests.edges.office.test_emergencies import REASON, trust, written
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


async def look(page: Page, name: str) -> None:
    await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENSHOTS / f"emergency-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_colleague_opens_what_is_needed_and_the_owner_hears_of_it_live(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    owner, _ada, contact, _thread = await written(office)
    bob = await office.world.add_member("Bob Babbage")
    async with member_client(office, owner) as client:
        await trust(client, bob)
    async with visiting(browser, size=size) as one, visiting(browser, size=size) as two:
        helper, leader = one.page, two.page
        await office.sign_in(leader, owner)
        await office.sign_in(helper, bob)
        await helper.goto(f"{office.url}/office/contacts/{contact}")
        await helper.get_by_role("link", name="Somebody is in danger?").click()
        await helper.get_by_text("Open it in an emergency").click()
        await look(helper, "asked")
        await helper.get_by_label("What is the emergency?").fill(REASON)
        await helper.get_by_label("Your password").fill(PASSWORD)
        await helper.get_by_role("button", name="Open for an hour").click()
        await expect(helper.get_by_text("I have the pills here.")).to_be_visible()
        await look(helper, "reading")
        # The owner's page, open all the while, shows it without being loaded anew.
        alarm = leader.locator(".alarm-urgent")
        await expect(alarm).to_contain_text("Bob Babbage opened", timeout=60_000)
        await look(leader, "alarm")
        await alarm.get_by_role("link", name="Look").click()
        await expect(leader.get_by_text(REASON)).to_be_visible()
        await look(leader, "log")
        await leader.get_by_role("button", name="Close it now").click()
        await leader.get_by_role("button", name="I have seen it: Bob Babbage").click()
        await expect(leader.locator(".alarm-urgent")).to_have_count(0)
        await helper.reload()
        await expect(helper.get_by_text("This isn’t open to you")).to_be_visible()
        own = [line for line in one.complaints if "404" not in line]
        assert [*own, *two.complaints] == []
