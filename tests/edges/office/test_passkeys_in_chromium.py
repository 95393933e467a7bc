"""A member adds a passkey in a real browser and signs in with it, with and without its secret."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.browser import DESK, PHONE, assert_accessible, assert_fits, visiting
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person
from tests.support.virtual_authenticator import plug_in


async def add_passkey(office: OfficeWorld, page: Page, person: Person) -> None:
    await office.sign_in(page, person)
    await page.goto(f"{office.url}/office/account")
    form = page.locator("form[data-passkey]")
    await form.get_by_label("A name for it").fill("My laptop")
    await form.get_by_label("Your password").fill(person.password)
    await assert_accessible(page)
    await assert_fits(page)
    await form.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_text("You can sign in with this passkey")).to_be_visible()
    await expect(page.get_by_text("Passkey: My laptop")).to_be_visible()
    await page.context.clear_cookies()


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_member_adds_a_passkey_and_signs_in_with_nothing_else(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    ada = await office.world.add_member("Ada Byron")
    await office.world.send(ada, "+12125550123", "Your results are in.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await plug_in(page, gives_secret=True)
        await add_passkey(office, page, ada)
        await page.goto(f"{office.url}/office/sign-in")
        await assert_accessible(page)
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url(re.compile("/office/mail/inbox$"))
        await page.locator(".row-link").first.click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        assert visitor.complaints == []


async def test_a_passkey_without_a_secret_asks_for_the_password_and_no_code(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    async with visiting(browser, size=PHONE) as visitor:
        page = visitor.page
        await plug_in(page, gives_secret=False)
        await add_passkey(office, page, ada)
        await page.goto(f"{office.url}/office/sign-in")
        await page.get_by_role("button", name="Use a passkey").click()
        await page.get_by_label("Your password, with the passkey").fill(ada.password)
        await assert_accessible(page)
        await assert_fits(page)
        await page.get_by_role("button", name="Use a passkey").click()
        await page.wait_for_url(re.compile("/office/mail/inbox$"))
        assert visitor.complaints == []
