"""The pages about consent in a real browser: narrow and wide, without a fault."""

import pytest
from playwright.async_api import Browser, expect
from tests.edges.office.contact_side import contact_side
from tests.support.browser import DESK, PHONE, SCREENSHOTS, assert_accessible, assert_fits, visiting
from tests.support.office_world import OfficeWorld

NUMBER = "+12125550123"


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_an_answer_is_recorded_and_consent_demanded(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    owner = await office.world.found()
    await office.world.send(owner, NUMBER, "Please call us.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page

        async def look(name: str) -> None:
            await assert_accessible(page)
            await assert_fits(page)
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            await page.screenshot(
                path=SCREENSHOTS / f"consent-{name}-{size[0]}.png", full_page=True
            )

        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/consent")
        await look("policy")
        await page.get_by_label("Only who has agreed, as recorded here").check()
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_label("Only who has agreed, as recorded here")).to_be_checked()
        await page.goto(f"{office.url}/office/contacts")
        await page.locator("#contacts .row-link").click()
        await page.get_by_role("link", name="To what this person has agreed").click()
        await look("empty")
        await page.get_by_text("What to explain before the person answers").click()
        await page.get_by_role("radio", name="Notices of secure messages").check()
        await page.get_by_label("Agrees").check()
        await page.get_by_label("On a signed form").check()
        await page.get_by_label("Where the evidence is").fill("Folder 3, in the front office")
        await page.get_by_role("button", name="Record").click()
        await expect(page.get_by_text("Folder 3, in the front office")).to_be_visible()
        await look("recorded")
        await page.get_by_role("button", name="Make the form").click()
        await expect(page.get_by_role("img", name="QR code of the consent form")).to_be_visible()
        await look("form-made")
        path = (await page.locator(".secret-text").inner_text()).removeprefix(office.url)
        async with contact_side(office) as url:
            await page.goto(f"{url}{path}")
            await look("form")
            await page.get_by_role("link", name="Español").click()
            await look("form-spanish")
            await page.locator("input[value=given]").check()
            await page.get_by_role("textbox").fill("Pat Doe")
            await page.get_by_role("button").click()
            await expect(page.get_by_role("textbox")).to_have_count(0)
            await look("answered-spanish")
            foreign = visitor.foreign_requests(url)
            assert [one for one in foreign if not one.startswith(office.url)] == []
        assert visitor.complaints == []
