"""The pages about people in a real browser: narrow and wide, light and dark, without a fault."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.api_world import service_of_a_team
from tests.support.browser import (
    DESK,
    PHONE,
    SCREENSHOTS,
    assert_accessible,
    assert_fits,
    visiting,
)
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.role import Role
from licorne.vault.totp import code_at


async def look(page: Page, name: str) -> None:
    await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENSHOTS / f"people-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_an_owner_invites_a_colleague_who_sets_up_and_signs_in(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    owner = await office.world.found()
    await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/account")
        await look(page, "account")
        await page.get_by_role("link", name="Set up another app").click()
        await look(page, "authenticator")
        await page.goto(f"{office.url}/office/members")
        await look(page, "members")
        await page.get_by_role("link", name="Grace Hopper", exact=True).click()
        await look(page, "member")
        await page.goto(f"{office.url}/office/members/invite")
        await look(page, "invite")
        await page.get_by_label("Their email address").fill("bob@riverbend.example")
        await page.get_by_role("button", name="Make the link").click()
        link = await page.locator("#invitation-link").text_content()
        await look(page, "invited")
        assert visitor.complaints == []
    assert link is not None
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await page.goto(link)
        await look(page, "join")
        secret = await page.locator("input[name=secret]").get_attribute("value")
        assert secret is not None
        await page.get_by_label("Your name").fill("Bob Rivers")
        await page.get_by_label("A password", exact=True).fill("seven grey herons")
        code = code_at(secret, office.world.clock.now().timestamp())
        await page.get_by_label("Code", exact=True).fill(code)
        await page.get_by_role("button", name="Set up my sign-in").click()
        await expect(page.locator("#recovery-code")).to_be_visible()
        await look(page, "welcome")
        await page.get_by_role("link", name=re.compile("I have kept the code")).click()
        await page.get_by_role("link", name="Forgotten your password?").click()
        await page.wait_for_url("**/office/forgotten*")
        await look(page, "forgotten")
        assert visitor.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_two_people_see_who_sees_what_and_one_lets_the_other_go(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    owner = await office.world.found()
    ada = await office.world.add_member("Ada Byron")
    await office.world.send(ada, "+12125550123", "Your results are in.")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/who-sees-what")
        await expect(page.get_by_text("private to the person who began it")).to_be_visible()
        await look(page, "who-sees-what-alone")
        await service_of_a_team(office.world, owner, owner, ada)
        await page.reload()
        await look(page, "who-sees-what")
        await page.goto(f"{office.url}/office/auditor")
        await expect(page.get_by_role("heading", level=2)).to_have_count(12)
        await look(page, "auditor")
        await page.goto(f"{office.url}/office/members")
        await page.get_by_role("link", name="Let go Ada Byron").click()
        await look(page, "leaving")
        await page.get_by_label("Olga Owner (you)").check()
        await page.get_by_role("button", name="Let Ada Byron go").click()
        await expect(page.get_by_text("1 message was handed over.")).to_be_visible()
        await look(page, "gone")
        await page.goto(f"{office.url}/office/mail/inbox")
        await page.locator(".row-link").first.click()
        await expect(page.get_by_text("Your results are in.")).to_be_visible()
        assert visitor.complaints == []
