import re

from playwright.async_api import Browser, expect
from tests.support.browser import (
    assert_accessible,
    assert_fits,
    assert_only_kept,
    screenshot,
    visiting,
)
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld


async def test_a_contact_sets_a_password_reads_replies_and_comes_back(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send(
        "Your results are in. See https://example.org/results for more.", subject="Results"
    )
    async with pickup.serving() as url, visiting(browser) as visitor:
        page = visitor.page
        await page.goto(f"{url}/{token}")
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Set a password to read your message"
        )
        await assert_accessible(page)
        await assert_fits(page)
        await screenshot(page, "pickup-set-password")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Set password and read").click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        await expect(page.get_by_text("call or text 988")).to_be_visible()
        await assert_accessible(page)
        await assert_fits(page)
        await screenshot(page, "pickup-message")
        assert (await pickup.story(token))[-1] == "read"

        await page.get_by_label("Reply").fill("Thank you!")
        await page.get_by_role("button", name="Send reply").click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("is sent")
        await assert_accessible(page)
        await screenshot(page, "pickup-replied")
        assert (await pickup.story(token))[-1] == "answered"

        await page.get_by_role("link", name="All messages").click()
        await expect(page.locator(".entry")).to_have_count(2)
        await assert_accessible(page)
        await screenshot(page, "pickup-inbox")

        # At once on this phone a short while ago.
        await page.goto(f"{url}/{token}")
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        await assert_only_kept(visitor, COOKIE)
        assert visitor.foreign_requests(url) == []
        assert visitor.complaints == []

        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
        await assert_only_kept(visitor)
        await page.goto(f"{url}/{token}")
        await page.get_by_label("Password").fill("not the right one")
        await page.get_by_role("button", name="Sign in and read").click()
        await expect(page.get_by_role("alert")).to_contain_text("That password is not right")
        await assert_accessible(page)
        await screenshot(page, "pickup-wrong-password")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in and read").click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        assert re.match(rf"{url}/m/[0-9a-f-]+/[0-9a-f-]+$", page.url)


async def test_everything_a_contact_does_works_without_javascript(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send("Plain words.", passphrase="sunny garden")
    async with pickup.serving() as url, visiting(browser, javascript=False) as visitor:
        page = visitor.page
        await page.goto(f"{url}/{token}")
        await page.get_by_label("Passphrase").fill("Sunny-Garden")
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Set password and read").click()
        await expect(page.get_by_text("Plain words.")).to_be_visible()
        await page.get_by_label("Reply").fill("Fine.")
        await page.get_by_label("Add photos or files").set_input_files(
            [{"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG" + b"x" * 3000}]
        )
        await page.get_by_role("button", name="Send reply").click()
        await page.get_by_role("link", name="Back to the message").click()
        await page.get_by_role("link", name="All messages").click()
        await page.get_by_role("link").filter(has_text="at").first.click()
        await expect(page.get_by_text("photo.png")).to_be_visible()
