"""Every page of a contact's, in a real browser: accessible in light and dark, and no dead end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.browser import (
    Visitor,
    assert_accessible,
    assert_fits,
    assert_only_kept,
    screenshot,
    visiting,
)
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld


@asynccontextmanager
async def phone(browser: Browser, pickup: PickupWorld) -> AsyncIterator[tuple[Visitor, str]]:
    async with pickup.serving() as url, visiting(browser) as visitor:
        yield visitor, url
        assert visitor.foreign_requests(url) == []
        assert [c for c in visitor.complaints if "status of" not in c] == []


async def check(page: Page, heading: str, picture: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert await page.title() != ""
    await assert_accessible(page)
    await assert_fits(page)
    await screenshot(page, f"pickup-{picture}")
    await page.emulate_media(color_scheme="dark")
    await screenshot(page, f"pickup-{picture}-dark")
    await page.emulate_media(color_scheme="light")


async def claim(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Set password and read").click()
    await expect(page.get_by_role("button", name="Send reply")).to_be_visible()


async def test_a_passphrase_is_asked_for_counted_and_locked(browser: Browser, pickup: PickupWorld):
    token = await pickup.send("x", passphrase="sunny garden")
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await page.goto(f"{url}/{token}")
        await check(page, "Enter the passphrase from the practice", "passphrase")
        for left in ("4 more times", "3 more times", "2 more times", "once more"):
            await page.get_by_label("Passphrase").fill("wrong")
            await page.get_by_role("button", name="Continue").click()
            await expect(page.get_by_role("alert")).to_contain_text(left)
        await check(page, "Enter the passphrase from the practice", "passphrase-wrong")
        await page.get_by_label("Passphrase").fill("wrong")
        await page.get_by_role("button", name="Continue").click()
        await check(page, "This message is locked", "locked")
        await assert_only_kept(visitor)


async def test_a_forgotten_password_gives_a_new_empty_mailbox_at_once(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send("old secret")
    await pickup.claim(token)
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await page.goto(f"{url}/{token}")
        await check(page, "Enter your password to read", "sign-in")
        await page.get_by_role("link", name="I forgot my password").click()
        await check(page, "Start again with a new password", "forgotten")
        await page.get_by_label("Password").fill("1234")
        await page.get_by_role("button", name="Set new password").click()
        await expect(page.get_by_role("alert")).to_contain_text("8 or more characters")
        await page.get_by_label("Password").fill("four yellow lanterns")
        await page.get_by_role("button", name="Set new password").click()
        await check(page, "Your messages", "inbox-after-reset")
        await expect(page.get_by_text("This is your new, empty mailbox")).to_be_visible()
        await page.goto(f"{url}/{token}")
        await check(page, "This message is closed since you set a new password", "superseded")
        assert "old secret" not in await page.content()
        await page.context.clear_cookies()
        await page.goto(f"{url}/{token}")
        await page.get_by_label("Password").fill("four yellow lanterns")
        await page.get_by_role("button", name="Sign in and read").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Your messages")


async def test_an_expired_link_offers_a_new_one(browser: Browser, pickup: PickupWorld):
    token = await pickup.send()
    short = await pickup.link(await pickup.delivery(token), lifetime=timedelta(hours=1))
    pickup.world.clock.advance(timedelta(hours=2))
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await page.goto(f"{url}/{short}")
        await check(page, "This link has expired", "link-expired")
        await page.get_by_role("button", name="Send me a new link").click()
        await check(page, "A new link is on its way", "fresh-sent")
        for _ in range(3):
            await page.goto(f"{url}/{short}")
            await page.get_by_role("button", name="Send me a new link").click()
        await check(page, "Please wait a little", "fresh-too-often")


async def test_an_unknown_link_asks_for_the_number_and_tells_nothing(
    browser: Browser, pickup: PickupWorld
):
    await pickup.send()
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await page.goto(f"{url}/{'0' * 22}")
        await check(page, "Get a new link", "unknown")
        answers = set()
        for number in ("212-555-0123", "212-555-0199", "hello"):
            await page.goto(f"{url}/m")
            await page.get_by_label("Phone number").fill(number)
            await page.get_by_role("button", name="Send me a new link").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Look for a text")
            answers.add(await page.inner_text("main"))
        assert len(answers) == 1
        await check(page, "Look for a text", "number-sent")


async def test_a_recalled_message_and_an_expired_one_say_so_and_offer_the_mailbox(
    browser: Browser, pickup: PickupWorld
):
    recalled = await pickup.send("never mind")
    row = await pickup.row(recalled)
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await claim(page, f"{url}/{recalled}")
        await pickup.world.recall_message(
            pickup.member.organization, row["message_id"], pickup.member.actor
        )
        await page.reload()
        await check(page, "This message was taken back", "message-recalled")
        await page.get_by_role("link", name="See your other messages").click()
        await expect(page.get_by_text("No longer here")).to_be_visible()
        await page.context.clear_cookies()
        await page.goto(f"{url}/{recalled}")
        await check(page, "This message was taken back", "recalled")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in and read").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "This message was taken back"
        )
        pickup.world.clock.advance(timedelta(days=31))
        await pickup.owner.execute(
            "UPDATE message SET recalled_at = NULL, contact_copy_ended_at = NULL"
        )
        await page.context.clear_cookies()
        await page.goto(f"{url}/{recalled}")
        await check(page, "This message has expired", "content-expired")


async def test_texts_can_be_stopped_before_and_after_signing_in(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send()
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await page.goto(f"{url}/{token}")
        await page.get_by_text("Not for you").click()
        await page.get_by_role("button", name="Stop texting me").click()
        await check(page, "No more texts", "stopped")
        assert await pickup.owner.fetchval("SELECT opted_out_by FROM contact") == "contact"
        await claim(page, f"{url}/{token}")
        await page.get_by_role("link", name="All messages").click()
        await page.get_by_role("button", name="Text me again").click()
        await expect(page.get_by_role("button", name="Stop texting me")).to_be_visible()
        assert await pickup.owner.fetchval("SELECT opted_out_by FROM contact") is None


async def test_a_session_that_ended_shows_no_content_and_gives_back_what_was_written(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send("private words")
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await claim(page, f"{url}/{token}")
        pickup.world.clock.advance(timedelta(minutes=31))
        await page.get_by_label("Reply").fill("A long answer")
        await page.get_by_role("button", name="Send reply").click()
        await check(page, "Please open the link again", "signed-out")
        await expect(page.get_by_text("A long answer")).to_be_visible()
        assert "private words" not in await page.content()
        response = await page.goto(page.url.removesuffix("/reply"))
        assert response is not None
        assert response.status == 401


async def test_forgetting_the_phone_leaves_nothing_on_it(browser: Browser, pickup: PickupWorld):
    token = await pickup.send()
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await claim(page, f"{url}/{token}")
        await assert_only_kept(visitor, COOKIE)
        await page.get_by_role("button", name="Forget this phone").click()
        await check(page, "You are signed out", "goodbye")
        await assert_only_kept(visitor)
        await page.go_back()
        assert await page.get_by_text("Your results are in.").count() == 0


async def test_a_reply_that_can_not_be_sent_keeps_its_words(browser: Browser, pickup: PickupWorld):
    token = await pickup.send()
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await claim(page, f"{url}/{token}")
        await page.get_by_role("button", name="Send reply").click()
        await expect(page.get_by_role("alert")).to_contain_text("Write something")
        await page.get_by_label("Reply").fill("See this")
        await page.get_by_label("Add photos or files").set_input_files(
            [{"name": "game.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
        )
        await page.get_by_role("button", name="Send reply").click()
        await expect(page.get_by_role("alert")).to_contain_text("game.exe")
        assert await page.get_by_label("Reply").input_value() == "See this"
        await check(page, "Message", "reply-refused")


@pytest.mark.parametrize("region", ["US", "CA", "GB", "DE"])
async def test_where_one_can_write_it_says_whom_to_call_in_a_crisis(
    browser: Browser, pickup: PickupWorld, region: str
):
    """Threat 42."""
    words = {"US": "988", "CA": "9-8-8", "GB": "999", "DE": "112"}
    await pickup.owner.execute("UPDATE organization SET region = $1, crisis_wording = ''", region)
    token = await pickup.send()
    async with phone(browser, pickup) as (visitor, url):
        await claim(visitor.page, f"{url}/{token}")
        note = visitor.page.get_by_text("not watched around the clock")
        await expect(note).to_be_visible()
        await expect(visitor.page.get_by_text(words[region])).to_be_visible()


async def test_nothing_that_somebody_wrote_runs_or_fetches(browser: Browser, pickup: PickupWorld):
    """Threats 26 and 27."""
    payload = (
        "<script>alert(1)</script><img src=https://tracker.example/x.png onerror=alert(2)>"
        "<svg onload=alert(3)><style>@import 'https://tracker.example/a.css'</style>"
        '{{ 7*7 }} https://example.org/<script>alert(4)</script>"onmouseover=alert(5)'
    )
    token = await pickup.send(payload, subject=payload, html=payload)
    async with phone(browser, pickup) as (visitor, url):
        page = visitor.page
        await claim(page, f"{url}/{token}")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)")
        await page.get_by_label("Reply").fill(payload)
        await page.get_by_role("button", name="Send reply").click()
        await page.goto(f"{url}/{token}")
        await page.goto(f"{page.url}/formatted")
        await page.wait_for_load_state("networkidle")
        assert visitor.dialogs == []
