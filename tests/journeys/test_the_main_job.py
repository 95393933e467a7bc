"""The main job as its people live it: from an email program to a phone, and back."""

import pytest
from playwright.async_api import Browser, Page
from tests.support.browser import assert_accessible, assert_fits, visiting
from tests.support.running_demo import RunningDemo

pytestmark = pytest.mark.journey

PASSWORD = "three plain words"
NOTE = "The blood test is fine. See you in spring."


async def set_password(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Set password and read").click()


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_first_visitor_sets_a_password_reads_and_replies(
    demo: RunningDemo, browser: Browser, javascript: bool
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with visiting(browser, javascript=javascript) as visitor:
        await set_password(visitor.page, link)
        await visitor.page.get_by_text(NOTE).wait_for()
        if javascript:
            await assert_accessible(visitor.page)
            await assert_fits(visitor.page)
        await visitor.page.get_by_label("Reply", exact=True).fill("Thank you, doctor.")
        await visitor.page.get_by_role("button", name="Send reply").click()
        await visitor.page.get_by_role("heading", name="is sent").wait_for()
        await visitor.page.get_by_role("link", name="Back to the message").click()
        await visitor.page.get_by_text(NOTE).wait_for()
        assert not visitor.foreign_requests(demo.facts["pickup_url"])
        assert not visitor.complaints


async def test_a_second_visit_asks_for_the_password_and_a_third_opens_at_once(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with visiting(browser) as first:
        await set_password(first.page, link)
        await first.page.get_by_text(NOTE).wait_for()
    async with visiting(browser) as second:
        await second.page.goto(link)
        assert await second.page.get_by_text(NOTE).count() == 0
        await second.page.get_by_label("Password", exact=True).fill("not the right one")
        await second.page.get_by_role("button", name="Sign in and read").click()
        await second.page.get_by_role("alert").wait_for()
        assert await second.page.get_by_text(NOTE).count() == 0
        await second.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await second.page.get_by_role("button", name="Sign in and read").click()
        await second.page.get_by_text(NOTE).wait_for()
        demo.send_mail(number, "A second note.")
        await second.page.goto(await demo.next_link(number, after=1))
        await second.page.get_by_text("A second note.").wait_for()


async def test_the_notice_says_who_and_where_and_nothing_else(demo: RunningDemo) -> None:
    number = demo.new_number()
    demo.send_mail(number, "The HIV test came back.", subject="HIV test")
    await demo.next_link(number)
    (text,) = demo.texts(number)
    assert text["to"] == number
    assert demo.facts["organization"] in text["text"]
    assert "HIV" not in text["text"]
    assert "test" not in text["text"].lower().replace("reply stop to stop texts", "")


async def test_nothing_stays_on_the_phone_but_one_cookie(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with visiting(browser) as visitor:
        await set_password(visitor.page, link)
        await visitor.page.get_by_text(NOTE).wait_for()
        (cookie,) = await visitor.context.cookies()
        assert cookie["name"].startswith("__Host-contact-")
        assert cookie["httpOnly"]
        assert cookie["secure"]
        left = await visitor.page.evaluate(
            "async () => ({"
            " local: localStorage.length, session: sessionStorage.length,"
            " caches: (await caches.keys()).length,"
            " databases: (await indexedDB.databases()).length,"
            " workers: (await navigator.serviceWorker.getRegistrations()).length })"
        )
        assert left == {"local": 0, "session": 0, "caches": 0, "databases": 0, "workers": 0}
