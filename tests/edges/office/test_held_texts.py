"""Numbers that are held because of a text: looked at, decided, and nobody else's business."""

import pytest
from playwright.async_api import Browser, expect
from tests.edges.office.member_client import member_client
from tests.support.api_world import text_taker
from tests.support.browser import DESK, PHONE, SCREENSHOTS, assert_accessible, assert_fits, visiting
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.domain.identity.role import Role
from licorne.ports.sms_carrier import Inbound

NUMBER = "+12125550123"
WORDS = "Stop calling my work number"


async def held_number(office: OfficeWorld) -> tuple[Person, str]:
    alice = await office.world.add_member("Alice Member")
    await office.world.send(alice, NUMBER, "Please call us.")
    await text_taker(office.world)("twilio", Inbound("in-1", NUMBER, WORDS))
    async with office.world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    return alice, str(contact)


async def stopped_by(office: OfficeWorld) -> str | None:
    async with office.world.owner.before_tenant() as connection:
        return await connection.fetchval("SELECT opted_out_by FROM licorne.contact")


async def test_a_member_reads_what_was_texted_and_lets_texts_go_out_again(office: OfficeWorld):
    alice, contact = await held_number(office)
    async with member_client(office, alice) as client:
        page = (await client.get("/office/held-texts")).text
        assert "(212) 555-0123" in page
        assert WORDS not in page
        inbox = (await client.get("/office/mail/inbox")).text
        thread = inbox.split("/office/mail/inbox/")[1].split('"')[0]
        read = (await client.get(f"/office/mail/inbox/{thread}")).text
        assert WORDS in read
        assert "arrived by ordinary SMS" in read
        assert "may mean “stop”" in read
        answer = await client.post(f"/office/held-texts/{contact}", {"texting": "start"})
        assert answer.status_code == 303
        assert await stopped_by(office) is None
        assert "Nothing to look at" in (await client.get("/office/held-texts")).text


async def test_a_member_decides_that_texts_stop(office: OfficeWorld):
    alice, contact = await held_number(office)
    async with member_client(office, alice) as client:
        await client.post(f"/office/held-texts/{contact}", {"texting": "stop"})
        assert await stopped_by(office) == "contact"
        # Decided is decided: a second press changes nothing.
        await client.post(f"/office/held-texts/{contact}", {"texting": "start"})
        assert await stopped_by(office) == "contact"


async def test_another_practice_and_an_auditor_can_decide_nothing(office: OfficeWorld):
    _alice, contact = await held_number(office)
    charlie = await office.world.found("Other Practice", "Charlie Other")
    async with member_client(office, charlie) as client:
        assert "555-0123" not in (await client.get("/office/held-texts")).text
        await client.post(f"/office/held-texts/{contact}", {"texting": "start"})
    auditor = await office.world.add_member("Audrey Auditor", role=Role.AUDITOR)
    async with member_client(office, auditor) as client:
        answer = await client.post(f"/office/held-texts/{contact}", {"texting": "start"})
        assert answer.status_code == 403
    assert await stopped_by(office) == "review"


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_page_in_a_browser(office: OfficeWorld, browser: Browser, size: tuple[int, int]):
    alice, _contact = await held_number(office)
    async with visiting(browser, size=size) as visitor:
        page = visitor.page

        async def look(name: str) -> None:
            await assert_accessible(page)
            await assert_fits(page)
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=SCREENSHOTS / f"held-{name}-{size[0]}.png", full_page=True)

        await office.sign_in(page, alice)
        await page.goto(f"{office.url}/office/held-texts")
        await look("waiting")
        await page.get_by_role("link", name="Read what they wrote").click()
        await expect(page.get_by_text(WORDS)).to_be_visible()
        await look("thread")
        await page.goto(f"{office.url}/office/held-texts")
        await page.get_by_role("button", name="They want no texts").click()
        await expect(page.get_by_text("Nothing to look at")).to_be_visible()
        await look("empty")
        assert visitor.complaints == []
