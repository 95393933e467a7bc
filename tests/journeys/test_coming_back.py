"""The second visit, the third, and leaving: a password, a session, and neither any more."""

import pytest
from playwright.async_api import Browser
from tests.journeys.patient import PASSWORD, patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

FIRST = "Your prescription is renewed."
SECOND = "And your referral is ready."


async def test_a_second_visit_asks_for_the_password_and_a_third_opens_at_once(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, FIRST)
    link = await demo.next_link(number)
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(link, FIRST)
    async with patient_at(browser, demo) as patient:
        await patient.open(link, "Enter your password to read")
        await patient.does_not_read(FIRST)
        await patient.sign_in("not the right one")
        await patient.is_told("That password is not right.")
        await patient.does_not_read(FIRST)
        await patient.sign_in(PASSWORD)
        await patient.reads(FIRST)
        demo.send_mail(number, SECOND)
        await patient.open(await demo.next_link(number, after=1))
        await patient.reads(SECOND)
        await patient.open(link)
        await patient.reads(FIRST)


async def test_one_who_signs_out_needs_the_password_again(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, FIRST)
    link = await demo.next_link(number)
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(link, FIRST)
        (before,) = await patient.visitor.context.cookies()
        await patient.press("Sign out", "You are signed out")
        assert await patient.visitor.context.cookies() == []
        await patient.page.go_back()
        await patient.does_not_read(FIRST)
        # Whoever copied the cookie has nothing either.
        await patient.visitor.context.add_cookies([before])
        await patient.open(link, "Enter your password to read")
        await patient.does_not_read(FIRST)


async def test_a_phone_that_is_forgotten_asks_for_the_password_again(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, FIRST)
    link = await demo.next_link(number)
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(link, FIRST)
        await patient.press("Forget this phone", "You are signed out")
        assert await patient.visitor.context.cookies() == []
        await patient.open(link, "Enter your password to read")


async def test_on_a_shared_phone_one_person_never_sees_what_is_the_others(
    demo: RunningDemo, browser: Browser
) -> None:
    """Threat 39."""
    links = []
    for text in (FIRST, SECOND):
        number = demo.new_number()
        demo.send_mail(number, text)
        links.append(await demo.next_link(number))
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(links[0], FIRST)
        mine = patient.page.url
        await patient.open(links[1], "Set a password to read your message")
        await patient.does_not_read(SECOND)
        await patient.set_password("another plain password")
        await patient.reads(SECOND)
        # Who signed in last is who holds the phone: the other one has to sign in again.
        for address in (links[0], mine):
            await patient.open(address)
            await patient.does_not_read(FIRST)
        await patient.open(links[0], "Enter your password to read")
        await patient.sign_in("another plain password")
        await patient.is_told("That password is not right.")
        await patient.sign_in()
        await patient.reads(FIRST)
        await patient.open(links[1], "Enter your password to read")
        await patient.does_not_read(SECOND)
