"""The pages about records in a real browser: narrow and wide, light and dark, without a fault."""

import zipfile
from pathlib import Path

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

from licorne.domain.message.attachment import Attachment

NUMBER, OTHER = "+12125550123", "+12125550124"
SCAN = Attachment("scan.png", "image/png", bytes(range(256)) * 600)


async def look(page: Page, name: str) -> None:
    """Hold the page against its window's width, and on a phone against WCAG, too."""
    width = (page.viewport_size or {"width": 0})["width"]
    if width == PHONE[0]:
        await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
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
        await page.get_by_role("link", name="A copy, legal holds, destroying").click()
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


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_member_makes_a_copy_prints_and_saves_a_conversation(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    world = office.world
    await world.found()
    ada = await world.add_member("Ada Byron")
    bob = await world.add_member("Bob Babbage")
    sent = await world.send(ada, NUMBER, "¿Cómo está? Your results are in.", attachments=(SCAN,))
    await world.reply(ada, sent.deliveries[0], "Gracias, señora.")
    await world.send(bob, OTHER, "Bob's alone.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.locator(".row-link").click()
        await expect(page.get_by_role("button", name="Print")).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.get_by_text("Byron Family Practice. Printed:")).to_be_visible()
        for control in await page.locator("button, input, textarea, .bar, .menu").all():
            assert not await control.is_visible(), await control.evaluate("e => e.outerHTML")
        await expect(page.get_by_text("Gracias, señora.")).to_be_visible()
        await look_on_paper(page, "thread")
        await page.emulate_media(media="screen")
        async with page.expect_download() as downloading:
            await page.get_by_role("link", name="Save as PDF").click()
        download = await downloading.value
        assert download.suggested_filename == "conversation-12125550123.pdf"
        assert Path(await download.path()).read_bytes().startswith(b"%PDF-")

        await page.get_by_role("link", name="(212) 555-0123", exact=True).click()
        await page.get_by_role("link", name="Make a copy of everything").click()
        await look(page, "copy")
        await page.get_by_label("The patient’s own access").check()
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Make the copy").click()
        with zipfile.ZipFile(await (await downloading.value).path()) as archive:
            assert archive.testzip() is None
            assert "messages/00002.json" in archive.namelist()
        await expect(page.get_by_text("The copy is complete.")).to_be_visible()
        await expect(page.get_by_role("progressbar")).to_have_attribute("value", "2")
        await look(page, "copied")

        await page.goto(f"{office.url}/office/contacts")
        await page.locator("#contacts .row-link", has_text="0124").click()
        await page.get_by_role("link", name="Make a copy of everything").click()
        await expect(page.get_by_text("You can’t make a whole copy")).to_be_visible()
        await look(page, "not-whole")
        assert visitor.complaints == []


async def look_on_paper(page: Page, name: str) -> None:
    width = (page.viewport_size or {"width": 0})["width"]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"records-{name}-paper-{width}.png", full_page=True)
