"""A day at the office: signing in, writing by keyboard, contacts, email programs, the audit."""

import smtplib
import ssl
import time
from contextlib import AsyncExitStack
from email.message import EmailMessage

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office, come_back, leave, shown, sign_in
from tests.journeys.looking import look_at
from tests.support.browser import PHONE, visiting
from tests.support.running_demo import RunningDemo

from licorne.vault.totp import code_at

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "Your glasses are ready."


async def test_the_password_without_the_right_code_opens_nothing(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    member = demo.facts["member"]
    right_once = code_at(member["totp_secret"], time.time() - 30)
    wrong = f"{(int(right_once) + 1) % 1_000_000:06d}"
    async with visiting(browser) as visitor:
        page = visitor.page
        await page.goto(demo.facts["office_url"])
        for code in (wrong, ""):
            await page.get_by_label("Email address").fill(member["email"])
            await page.get_by_label("Password", exact=True).fill(member["password"])
            await page.get_by_label("Code").fill(code)
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        await look_at(page)
        assert await visitor.context.cookies() == []


async def test_a_message_is_written_and_sent_without_touching_the_mouse(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    async with office.desk() as clinician:
        page = clinician.page
        await clinician.open("/mail/inbox")
        await page.keyboard.press("c")
        await clinician.sees("Write a message")
        await page.get_by_label("To", exact=True).focus()
        await page.keyboard.type(shown(number))
        await expect(page.locator("#check .recipient")).to_contain_text(shown(number))
        await page.keyboard.press("Tab")
        await page.keyboard.type("Glasses")
        await page.keyboard.press("Tab")
        await page.keyboard.type(NOTE)
        await expect(page.locator(".preview")).to_contain_text(NOTE)
        await expect(page.locator(".bubble")).not_to_contain_text("lasses")
        await look_at(page)
        await page.keyboard.press("Control+Enter")
        await clinician.reads(NOTE)
        await demo.next_link(number)


async def test_a_contact_is_added_with_a_name_that_never_stands_in_a_text(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    async with office.desk() as clinician:
        page = clinician.page
        await clinician.open("/contacts", "Contacts")
        await clinician.follow("Add", "Add a contact")
        await page.get_by_label("Phone number").fill("12")
        await clinician.press("Add")
        await expect(page.get_by_role("alert")).to_be_visible()
        await clinician.sees("Add a contact")
        await page.get_by_label("Phone number").fill(number)
        await page.get_by_label("Name", exact=True).fill("Wilhelmina Osterhagen")
        await clinician.press("Add")
        await clinician.sees("Wilhelmina Osterhagen")
        await page.locator("#main").get_by_role("link", name="Write").click()
        await clinician.sees("Write a message")
        await expect(page.get_by_label("To", exact=True)).to_have_value(shown(number))
        await page.get_by_label("Message", exact=True).fill(NOTE)
        await clinician.press("Send securely")
        await clinician.reads(NOTE)
        await demo.next_link(number)
        assert "Wilhelmina" not in demo.texts(number)[0]["text"]
        await page.get_by_label("Search by name or number").fill("ostERhag")
        row = page.locator("#threads .row-link").filter(has_text="Wilhelmina Osterhagen")
        await expect(row).to_have_count(1)


async def test_an_app_password_made_in_the_office_sends_until_it_is_removed(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    async with office.desk() as clinician:
        page = clinician.page
        await clinician.open("/app-passwords", "Email programs")
        await page.get_by_role("textbox", name="Program").fill("Apple Mail at reception")
        await clinician.press("Make an app password")
        secret = await page.locator("#app-password").inner_text()
        await clinician.sees()
        number = demo.new_number()
        send_with(demo, secret, number)
        await demo.next_link(number)
        await clinician.open("/app-passwords")
        assert secret not in await page.content()
        await clinician.press("Remove the app password for Apple Mail at reception")
        await expect(page.get_by_text("Apple Mail at reception")).to_have_count(0)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            send_with(demo, secret, number)
        await clinician.open("/audit", "Audit trail")
        rows = page.get_by_role("row")
        for told in ("made an app password", "removed an app password", "sent a message"):
            await expect(rows.filter(has_text=told).first).to_be_visible()
        refused = rows.filter(has_text="could not sign in with an email program")
        await expect(refused.first).to_contain_text("refused")


def send_with(demo: RunningDemo, app_password: str, number: str) -> None:
    server, member = demo.facts["smtps"], demo.facts["member"]
    trusting = ssl.create_default_context(cafile=demo.facts["ca_file"])
    mail = EmailMessage()
    mail["From"], mail["To"] = member["email"], f"{number}@secure.text"
    mail["Subject"] = "Glasses"
    mail.set_content(NOTE)
    with smtplib.SMTP_SSL(server["host"], server["port"], context=trusting, timeout=30) as program:
        program.login(member["email"], app_password)
        program.send_message(mail)


async def test_a_window_behind_another_holds_no_connection_and_catches_up(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    async with AsyncExitStack() as windows:
        desks = []
        for _ in range(8):  # a browser has six connections to one host
            clinician = await windows.enter_async_context(office.desk())
            await clinician.open("/mail/inbox")
            await leave(clinician.page)
            desks.append(clinician)
        first = desks[0]
        await come_back(first.page)
        await first.row(number).click()
        await first.reads(NOTE)
        await leave(first.page)
        demo.send_mail(number, "Come before noon.")
        await desks[1].open_thread(number)
        await desks[1].reads("Come before noon.")
        assert await first.page.get_by_text("Come before noon.").count() == 0
        await come_back(first.page)
        await first.reads("Come before noon.")


async def test_every_page_of_the_menu_is_there_on_a_desk_and_on_a_phone(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    for size in (None, PHONE):
        async with office.desk(size) as clinician:
            for path in (
                "/mail/inbox", "/mail/unread", "/mail/waiting", "/mail/trouble", "/mail/done",
                "/contacts", "/contacts/new", "/compose", "/app-passwords", "/members", "/audit",
            ):  # fmt: skip
                await clinician.open(path)
    async with visiting(browser) as visitor:
        await sign_out_and_in_again(visitor.page, demo)


async def sign_out_and_in_again(page, demo: RunningDemo) -> None:
    """On another device, whose clock is a step ahead: no code is good twice."""
    await sign_in(page, demo, code_at(demo.facts["member"]["totp_secret"], time.time() + 30))
    await page.locator(".account summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    answer = await page.goto(f"{demo.facts['office_url']}/mail/inbox")
    assert answer is not None
    assert answer.status == 401
