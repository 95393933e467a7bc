"""A team's day in a real browser: let in, taken and noted on by keyboard, away; narrow and wide."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.api_world import acting
from tests.support.browser import PHONE, SCREENSHOTS, assert_accessible, assert_fits, visiting
from tests.support.office_world import OfficeWorld
from tests.support.team_world import keep_teams, team_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.identity.ids import ThreadId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.role import Role
from licorne.domain.message.absence import Absence, day_there
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.message.thread import Inbox, OwnerKind

LAPTOP = (1280, 800)


async def look(page: Page, name: str) -> None:
    await assert_accessible(page)
    await assert_fits(page)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    width = (page.viewport_size or {"width": 0})["width"]
    await page.screenshot(path=SCREENSHOTS / f"teams-{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
async def test_a_team_works_on_a_conversation(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    world = office.world
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Hale")
    owner = await world.add_member("Olivia Owens", Role.OWNER)
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, owner)
        await page.goto(f"{office.url}/office/teams")
        await page.get_by_label("Name", exact=True).fill("Front desk")
        await page.get_by_role("checkbox", name="Ada Byron").check()
        await page.get_by_role("button", name="Make the team").click()
        await page.get_by_label("Add somebody").select_option("Bob Hale")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_text("Waits to be let in")).to_be_visible()
        await look(page, "of-an-owner")
        assert visitor.complaints == []
    by = await acting(world, owner, Role.OWNER)
    (team,) = await keep_teams(world).list(by)
    sent = await world.send_message(
        Draft(
            ada.organization, ada.actor, Source.OFFICE, (PhoneNumber.from_e164("+12125550123"),),
            Content("Your results", "They are in, and all is well."), team=team.id,
        )
    )  # fmt: skip
    thread = ThreadId(sent.deliveries[0].thread)
    await world.reply(ada, sent.deliveries[0], "Thank you. Can I come on Tuesday?")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await expect(page.get_by_text("Bob Hale waits to be let into")).to_be_visible()
        await look(page, "inbox-with-a-join")
        await page.get_by_role("link", name="Look", exact=True).click()
        await page.get_by_role("button", name="Let Bob Hale in").press("Enter")
        await expect(page.get_by_text("Waits to be let in")).to_have_count(0)

        await page.goto(f"{office.url}/office/mail/unassigned/{thread}")
        await expect(page.get_by_text("Nobody looks after it yet.")).to_be_visible()
        await page.keyboard.press("t")
        await expect(page.get_by_text("Yours to look after.")).to_be_visible()
        await page.keyboard.press("n")
        await page.keyboard.type("She has a hearing aid: call her landline.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".note-kept")).to_have_count(1)
        await look(page, "noted")
        await page.emulate_media(media="print")  # a print may go to the patient
        await expect(page.get_by_text("Can I come on Tuesday?")).to_be_visible()
        await expect(page.locator(".notes")).to_be_hidden()
        await page.emulate_media(media="screen")
        await page.locator(".work-more summary").click()
        await page.get_by_label("Who looks after it").select_option("Bob Hale")
        await page.get_by_role("button", name="Give", exact=True).click()
        await expect(page.get_by_text("Bob Hale looks after it.")).to_be_visible()

        await page.goto(f"{office.url}/office/away/{team.id}")
        await page.get_by_label("After").select_option("4 hours")
        await page.get_by_label("Tell", exact=True).select_option("Olivia Owens")
        await page.get_by_role("button", name="Save").first.click()
        await expect(page.get_by_text("doesn’t read this inbox")).to_be_visible()
        day = day_there(world.clock.now(), "America/New_York")
        await page.get_by_label("Last day").fill(str(day + timedelta(days=3)))
        await page.get_by_label("What they are told").fill("We are closed. Call Dr. Okafor.")
        await page.get_by_role("button", name="Save").last.click()
        await expect(page.get_by_role("button", name="End it now")).to_be_visible()
        await look(page, "away")
        assert visitor.complaints == []
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await office.sign_in(page, bob)
        await page.goto(f"{office.url}/office/mail/mine")
        await expect(page.locator(".row-link")).to_have_count(1)
        await page.goto(f"{office.url}/office/compose")
        assert visitor.complaints == []


@pytest.mark.parametrize("size", [PHONE, LAPTOP])
async def test_a_patient_reads_that_nobody_is_there_before_and_after_writing(
    cluster: EmbeddedPostgres, tmp_path: Path, browser: Browser, size: tuple[int, int]
):
    async with (
        team_world(cluster, tmp_path) as team,
        team.replies.pickup.serving() as url,
        visiting(browser, size=size) as visitor,
    ):
        thread = await team.write(team.ada)
        day = day_there(team.world.clock.now(), "America/New_York")
        away = Absence(day, day + timedelta(days=4), "We are closed this week. Call Dr. Okafor.")
        inbox = Inbox(OwnerKind.TEAM, team.team)
        assert await team.office.rules.be_away(await team.as_member(team.ada), inbox, away) is None
        page = visitor.page
        await page.goto(f"{url}/{team.tokens[thread]}")
        await page.get_by_label("Password", exact=True).fill("seven green kettles")
        await page.get_by_role("button", name="Set password and read").click()
        await expect(page.get_by_text("We are closed this week.")).to_be_visible()
        await expect(page.get_by_text("call or text 988")).to_be_visible()
        await look(page, "contact-reads")
        await page.get_by_label("Reply", exact=True).fill("Thank you.")
        await page.get_by_role("button", name="Send reply").click()
        await expect(page.get_by_text("We are closed this week.")).to_be_visible()
        await page.wait_for_url("**/sent")
        await look(page, "contact-wrote")
        assert visitor.complaints == []
