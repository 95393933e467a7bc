"""The pages about records in a real browser: narrow and wide, light and dark, without a fault."""

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

NUMBER = "+12125550123"


async def look(page: Page, name: str) -> None:
    await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENSHOTS / f"records-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_an_owner_holds_releases_and_destroys(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    world = office.world
    owner = await world.found()
    ada = await world.add_member("Ada Byron")
    for author in (owner, ada):
        await world.send(author, NUMBER, "Your results are in.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/records")
        await look(page, "empty")
        await page.get_by_label("Years").fill("3")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alert")).to_contain_text("at least 6 years")
        await look(page, "fault")
        await page.get_by_label("Years").fill("10")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_label("Years")).to_have_value("10")

        await page.goto(f"{office.url}/office/contacts")
        await page.locator("#contacts .row-link").click()
        await page.get_by_role("link", name="Legal holds, and destroying").click()
        await look(page, "contact")
        await page.get_by_label("The conversation of Ada Byron").check()
        await page.get_by_label("Why").fill("Case 4711, asked for by counsel")
        await page.get_by_role("button", name="Place the hold").click()
        await expect(page.get_by_text("Case 4711")).to_be_visible()
        await look(page, "held")
        await page.get_by_role("link", name="Destroy messages").click()
        await look(page, "destroy")
        await page.get_by_label("The conversation of Olga Owner").check()
        await page.get_by_label("It was written to the wrong person").check()
        await page.get_by_label("I know that this can’t be undone.").check()
        await page.get_by_role("button", name="Destroy them").click()
        await expect(page.get_by_text("1 message was destroyed.")).to_be_visible()

        await page.goto(f"{office.url}/office/records")
        await look(page, "full")
        await page.get_by_label("Why may it be released?").fill("Settled")
        await page.get_by_role("button", name="Release").click()
        await page.get_by_text("Released holds").click()
        await expect(page.get_by_text("Released: Settled")).to_be_visible()
        await look(page, "released")
        assert [one for one in visitor.complaints if "status of 422" not in one] == []
