"""The office in a real browser: the day of a member, and what a page must never do."""

import re

import pytest
from playwright.async_api import Browser, Page, expect
from tests.support.browser import (
    DESK,
    PHONE,
    assert_accessible,
    assert_fits,
    assert_only_kept,
    visiting,
)
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.application.governing.keep_contact import KeepContact
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.delivery_state import DeliveryState
from licorne.store import deliveries

NUMBER = "+12125550123"
COOKIE = "__Host-office-test"

# What somebody could write to be run in a reader's browser (threat 26).
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "<svg onload=alert(3)>",
    '"><script>alert(4)</script>',
    "javascript:alert(5)",
    "</textarea><script>alert(6)</script>",
    "{{ 7*7 }}${7*7}<%= 7*7 %>",
    "<a href='javascript:alert(7)' hx-get='/office/sign-out' hx-trigger='load'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<style>@import 'https://evil.example/x.css';</style>",
)


async def move(
    office: OfficeWorld, person: Person, delivery: DeliveryId, *states: DeliveryState
) -> None:
    world = office.world
    async with world.app.tenant(person.organization) as connection:
        for state in states:
            await deliveries.move(
                connection,
                person.organization,
                delivery,
                state,
                world.new_id(),
                world.clock.now(),
            )


async def name_contact(office: OfficeWorld, person: Person, number: str, name: str) -> None:
    world = office.world
    keep = KeepContact(world.app, world.keyring, world.meet, world.acts)
    member = await world.as_member(person)
    await keep.add(member, PhoneNumber.from_e164(number), name)


async def test_a_member_writes_follows_and_is_answered_before_their_eyes(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    await name_contact(office, ada, NUMBER, "Maria Gonzalez")
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await expect(page.get_by_text("Nothing to do")).to_be_visible()
        await page.get_by_role("link", name="Write", exact=True).click()
        await page.get_by_label("To", exact=True).fill("gonz")
        await page.get_by_role("button", name="Maria Gonzalez").click()
        await expect(page.get_by_label("To", exact=True)).to_have_value(NUMBER)
        await expect(page.locator("#check")).to_contain_text("Not visited yet")
        await page.get_by_label("Subject").fill("Your results")
        await page.get_by_label("Message", exact=True).fill("All is well.")
        await expect(page.locator(".preview-page")).to_contain_text("All is well.")
        await expect(page.locator(".bubble")).not_to_contain_text("All is well.")
        await page.get_by_role("button", name="Send securely").click()
        await page.wait_for_url(re.compile("/office/mail/inbox/[0-9a-f-]{36}"))
        await expect(page.get_by_role("heading", name="Maria Gonzalez")).to_be_visible()
        way = page.locator(".way")
        await expect(way.locator(".step-reached")).to_have_count(1)

        thread = page.url.rpartition("/")[2]
        async with office.world.owner.before_tenant() as connection:
            row = await connection.fetchrow("SELECT id FROM licorne.delivery")
        await move(office, ada, row["id"], DeliveryState.NOTIFIED, DeliveryState.ON_HANDSET)
        await expect(way.locator(".step-reached")).to_have_count(3)
        await expect(way.locator(".way-head")).to_contain_text("Text arrived")
        await move(office, ada, row["id"], DeliveryState.READ)
        await expect(way.locator(".way-head")).to_contain_text("Read")

        sent = (await office.world.send(ada, NUMBER, "And a second one.")).deliveries[0]
        assert str(sent.thread) == thread
        await move(office, ada, sent.id, DeliveryState.NOTIFIED)  # as the worker does
        await expect(page.locator(".message")).to_have_count(2)
        await office.world.reply(ada, sent, "Thank you, doctor.")
        await expect(page.get_by_text("Thank you, doctor.")).to_be_visible()
        await expect(page.locator(".row-link")).to_contain_text("Replied")

        await page.get_by_label("Message", exact=True).fill("You are welcome.")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_text("You are welcome.")).to_be_visible()
        assert visitor.complaints == []
        assert visitor.foreign_requests(office.url) == []
        await assert_only_kept(visitor, COOKIE)


async def test_a_reply_shows_in_the_list_of_another_page_as_new(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    sent = (await office.world.send(ada, NUMBER, "Hello")).deliveries[0]
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await expect(page.locator(".row-link")).to_contain_text("Sending text")
        await office.world.reply(ada, sent, "Hello back")
        await expect(page.locator(".row-link")).to_contain_text("New reply")
        await expect(page.locator("#unread-count")).to_contain_text("1")
        await page.locator(".row-link").click()
        await expect(page.get_by_text("Hello back")).to_be_visible()
        await expect(page.locator("#unread-count")).to_be_empty()
        assert page.url.endswith(str(sent.thread))
        await page.go_back()
        await expect(page.get_by_text("Choose a conversation")).to_be_visible()


async def test_recalling_asks_first_and_shows_that_it_is_done(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    sent = (await office.world.send(ada, NUMBER, "Too early")).deliveries[0]
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.goto(f"{office.url}/office/mail/inbox/{sent.thread}")
        await page.get_by_role("link", name="Recall", exact=True).click()
        await page.get_by_role("button", name="Recall it").click()
        await expect(page.locator(".way-head")).to_contain_text("Recalled")
        await expect(page.get_by_text("Too early")).to_be_visible()
        await expect(page.get_by_role("link", name="Recall", exact=True)).to_have_count(0)


async def test_a_passphrase_is_shown_once_and_the_locked_one_can_be_replaced(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.goto(f"{office.url}/office/compose")
        await page.get_by_label("To", exact=True).fill("(212) 555-0123")
        await page.get_by_label("Message", exact=True).fill("For you alone")
        await page.get_by_label("Ask for a passphrase").check()
        words = page.get_by_label("Passphrase", exact=True)
        first = await words.input_value()
        assert len(first.split()) == 4
        await page.get_by_role("button", name="Other words").click()
        await expect(words).not_to_have_value(first)
        chosen = await words.input_value()
        await page.get_by_role("button", name="Send securely").click()
        await expect(page.locator("#passphrase-shown")).to_have_text(chosen)
        await page.get_by_role("link", name="Follow the message").click()
        await expect(page.get_by_text("For you alone")).to_be_visible()
        assert chosen not in await page.content()
        async with office.world.owner.before_tenant() as connection:
            await connection.execute("UPDATE licorne.delivery SET challenge = 'locked'")
        await page.reload()
        await expect(page.locator(".way-head")).to_contain_text("Passphrase locked")
        await page.get_by_role("link", name="New passphrase").click()
        await page.get_by_label("Passphrase").fill("harbor maple silver kite")
        await page.get_by_role("button", name="Set this passphrase").click()
        await expect(page.locator(".way-head")).to_contain_text("Sending text")


async def test_the_keyboard_does_it_all_and_can_be_silenced(office: OfficeWorld, browser: Browser):
    ada = await office.world.add_member("Ada Byron")
    for n in range(3):
        await office.world.send(ada, f"+1212555013{n}", f"message {n}")
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("message 1")).to_be_visible()
        await page.keyboard.press("r")
        await expect(page.get_by_label("Message", exact=True)).to_be_focused()
        await page.keyboard.type("jke?")
        await expect(page.get_by_label("Message", exact=True)).to_have_value("jke?")
        await page.locator("#main").focus()
        await page.keyboard.press("e")
        await expect(page.locator(".row-link")).to_have_count(2)
        await page.keyboard.press("/")
        await page.keyboard.type("0132")
        await expect(page.locator(".row-link")).to_have_count(1)
        await page.locator("#main").focus()
        await page.keyboard.press("?")
        await page.get_by_role("button", name="Turn single-key shortcuts off").click()
        await page.wait_for_url(re.compile("/inbox$"))
        await page.keyboard.press("c")
        await expect(page.get_by_text("Choose a conversation")).to_be_visible()


async def test_it_all_works_without_javascript(office: OfficeWorld, browser: Browser):
    ada = await office.world.add_member("Ada Byron")
    async with visiting(browser, size=DESK, javascript=False) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.get_by_role("link", name="Write", exact=True).click()
        await page.get_by_label("To", exact=True).fill("2125550123")
        await page.get_by_label("Message", exact=True).fill("No script needed")
        await page.get_by_role("button", name="Send securely").click()
        await expect(page.get_by_text("No script needed")).to_be_visible()
        await page.get_by_label("Message", exact=True).fill("Nor here")
        await page.get_by_role("button", name="Send securely").click()
        await expect(page.locator(".message")).to_have_count(2)
        await page.get_by_role("button", name="Done").click()
        await expect(page.get_by_text("Nothing to do")).to_be_visible()
        await page.get_by_label("Search by name or number").fill("0123")
        await page.keyboard.press("Enter")
        await expect(page.locator(".row-link")).to_have_count(1)


async def visit_every_page(office: OfficeWorld, page: Page, threads: list[str]) -> list[str]:
    async with office.world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact LIMIT 1")
        delivery = await connection.fetchval("SELECT id FROM licorne.delivery LIMIT 1")
    return [
        "/office/mail/inbox",
        "/office/mail/done",
        *[f"/office/mail/inbox/{thread}" for thread in threads],
        "/office/compose",
        f"/office/deliveries/{delivery}/recall",
        f"/office/deliveries/{delivery}/passphrase",
        "/office/contacts",
        "/office/contacts/new",
        f"/office/contacts/{contact}",
        "/office/app-passwords",
        "/office/audit",
        "/office/members",
    ]


async def busy_practice(office: OfficeWorld, text: str, name: str):
    """A practice in which everything that a page can show is there."""
    world = office.world
    olga = await world.found()
    await world.add_member("Bob Babbage")
    await name_contact(office, olga, NUMBER, name)
    file = Attachment("Results.pdf", "application/pdf", b"%PDF")
    first = (
        await world.send(
            olga, NUMBER, text, subject=text[:60], html="<b>x</b>", attachments=(file,)
        )
    ).deliveries[0]
    await move(office, olga, first.id, DeliveryState.NOTIFIED, DeliveryState.READ)
    await world.reply(olga, first, text)
    failed = (await world.send(olga, "+12125550177", text)).deliveries[0]
    await move(office, olga, failed.id, DeliveryState.FAILED)
    locked = (await world.send(olga, "+12114367789", text, passphrase="one two three")).deliveries[
        0
    ]
    async with world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.delivery SET challenge = 'locked' WHERE id = $1", locked.id
        )
    return olga, [str(one.thread) for one in (first, failed, locked)]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_every_page_is_accessible_in_light_and_dark_and_fits(
    office: OfficeWorld, browser: Browser, size: tuple[int, int]
):
    """WCAG 2.2 AA."""
    olga, threads = await busy_practice(office, "Your results are in.", "Maria Gonzalez")
    async with visiting(browser, size=size) as visitor:
        page = visitor.page
        await page.goto(f"{office.url}/office/sign-in")
        await assert_accessible(page)
        await office.sign_in(page, olga)
        for path in await visit_every_page(office, page, threads):
            await page.goto(office.url + path)
            await assert_accessible(page)
            await assert_fits(page)
        assert visitor.complaints == []


async def test_what_people_write_is_never_run_and_fetches_nothing(
    office: OfficeWorld, browser: Browser
):
    """Threats 26 and 27, for everything that somebody else can put on a member's page."""
    text = "\n".join(PAYLOADS)
    olga, threads = await busy_practice(office, text, PAYLOADS[0])
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, olga)
        for path in await visit_every_page(office, page, threads):
            await page.goto(office.url + path)
            assert await page.locator("main script, main img, main svg[onload]").count() == 0
        await page.goto(f"{office.url}/office/compose")
        await page.get_by_label("To", exact=True).fill(PAYLOADS[3])
        await page.get_by_label("Message", exact=True).fill(text)
        await expect(page.locator(".preview-text")).to_contain_text("alert(1)")
        await page.get_by_role("button", name="Send securely").click()
        await expect(page.get_by_text("There is a problem")).to_be_visible()
        assert visitor.dialogs == []
        assert visitor.foreign_requests(office.url) == []
        assert [one for one in visitor.complaints if "422" not in one] == []


async def test_a_formatted_version_opens_alone_and_can_run_and_fetch_nothing(
    office: OfficeWorld, browser: Browser
):
    ada = await office.world.add_member("Ada Byron")
    html = "".join(PAYLOADS) + '<img src="https://evil.example/pixel.gif"><p>Hello <b>you</b></p>'
    sent = (await office.world.send(ada, NUMBER, "plain", html=html)).deliveries[0]
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await office.sign_in(page, ada)
        await page.goto(f"{office.url}/office/deliveries/{sent.id}/formatted")
        await expect(page.get_by_text("Hello")).to_be_visible()
        assert visitor.dialogs == []
        assert visitor.foreign_requests(office.url) == []
        assert await page.evaluate("document.scripts.length") == 0
