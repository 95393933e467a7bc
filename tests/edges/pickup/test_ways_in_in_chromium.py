"""A contact's ways in, in a real browser: a passkey's device, paper, and no JavaScript."""

import re

from playwright.async_api import Browser, Page, expect
from tests.support.browser import (
    assert_accessible,
    assert_fits,
    assert_only_kept,
    screenshot,
    visiting,
)
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld
from tests.support.virtual_authenticator import plug_in


async def check(page: Page, heading: str, picture: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    await assert_accessible(page)
    await assert_fits(page)
    await screenshot(page, f"pickup-{picture}")


async def first_visit(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Set password and read").click()


async def start_anew(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_role("link", name="I forgot my password").click()
    await page.get_by_label("Password").fill("four yellow lanterns")
    await page.get_by_role("button", name="Set new password").click()
    await check(page, "Your messages", "inbox-can-reopen")
    await page.get_by_role("link", name="Open earlier messages").click()
    await check(page, "Open your earlier messages", "earlier")


async def test_a_passkey_is_offered_signs_in_and_opens_earlier_mail(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send("Your results are in.")
    async with pickup.serving() as url, visiting(browser) as visitor:
        page = visitor.page
        await plug_in(page, gives_secret=True)
        await first_visit(page, f"{url}/{token}")
        await page.get_by_role("link", name="Next time without the password").click()
        await check(page, "Your ways in", "ways-in")
        await page.locator("#passkeys").get_by_label("Your password").fill(PASSWORD)
        await page.get_by_role("button", name="Add a passkey").click()
        await expect(page.get_by_text("The passkey is ready")).to_be_visible()
        await check(page, "Your ways in", "ways-in-with-passkey")
        await page.context.clear_cookies()
        await page.goto(f"{url}/{token}")
        await check(page, "Enter your password to read", "sign-in-with-passkey")
        await page.get_by_role("button", name="Use a passkey").click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        await assert_only_kept(visitor, COOKIE)
        await page.context.clear_cookies()
        await start_anew(page, f"{url}/{token}")
        await page.get_by_role("button", name="Use a passkey").click()
        await expect(page.get_by_text("1 earlier message is open again.")).to_be_visible()
        await page.goto(f"{url}/{token}")
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        assert visitor.complaints == []
        await assert_only_kept(visitor, COOKIE)


async def test_a_device_that_gives_no_secret_leaves_the_password(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send()
    async with pickup.serving() as url, visiting(browser) as visitor:
        page = visitor.page
        await plug_in(page, gives_secret=False)
        await first_visit(page, f"{url}/{token}")
        await page.get_by_role("link", name="Next time without the password").click()
        await page.locator("#passkeys").get_by_label("Your password").fill(PASSWORD)
        await page.get_by_role("button", name="Add a passkey").click()
        await expect(page.get_by_text("This browser or device can’t do it.")).to_be_visible()
        await assert_accessible(page)


async def test_a_code_on_paper_works_without_javascript(browser: Browser, pickup: PickupWorld):
    token = await pickup.send("old words")
    async with pickup.serving() as url, visiting(browser, javascript=False) as visitor:
        page = visitor.page
        await first_visit(page, f"{url}/{token}")
        await page.get_by_role("link", name="Next time without the password").click()
        await expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
        await page.get_by_label("Your password").last.fill(PASSWORD)
        await page.get_by_role("button", name="Make a recovery code").click()
        code = await page.locator("#recovery-code").inner_text()
        assert re.fullmatch(r"([0-9a-z]{4} ){7}[0-9a-z]{4}", code)
        await page.context.clear_cookies()
        await page.goto(f"{url}/{token}")
        await page.get_by_role("link", name="I forgot my password").click()
        await page.get_by_label("Password").fill("four yellow lanterns")
        await page.get_by_role("button", name="Set new password").click()
        await page.get_by_role("link", name="Open earlier messages").click()
        await page.get_by_label("Recovery code").fill("wrong")
        await page.get_by_role("button", name="Open earlier messages").click()
        await expect(page.get_by_role("alert")).to_contain_text("That code opens nothing here")
        await page.get_by_label("Recovery code").fill(code)
        await page.get_by_role("button", name="Open earlier messages").click()
        await expect(page.get_by_text("1 earlier message is open again.")).to_be_visible()
        await page.goto(f"{url}/{token}")
        await expect(page.get_by_text("old words")).to_be_visible()


async def test_on_paper_there_is_the_code_and_nothing_to_press(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send()
    async with pickup.serving() as url, visiting(browser) as visitor:
        page = visitor.page
        await first_visit(page, f"{url}/{token}")
        await page.goto(f"{page.url.rpartition('/')[0]}/ways-in")
        await page.get_by_label("Your password").last.fill(PASSWORD)
        await page.get_by_role("button", name="Make a recovery code").click()
        await check(page, "Your ways in", "recovery-code")
        await page.emulate_media(media="print")
        await expect(page.locator("#recovery-code")).to_be_visible()
        assert await page.get_by_role("button").count() == 0
        await screenshot(page, "pickup-recovery-code-printed")
