"""The main job as its people live it: from an email program to a phone, and back."""

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.looking import look_at
from tests.journeys.patient import patient_at
from tests.support.browser import DESK, visiting, watch
from tests.support.running_demo import RunningDemo

from licorne.domain.identity.phone_number import PhoneNumber

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "The blood test is fine. See you in spring."
THANKS = "Thank you, doctor."


async def test_a_text_goes_from_an_email_program_to_a_phone_and_the_answer_to_the_office(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    async with office.desk() as clinician, visiting(browser, size=DESK) as phones:
        await clinician.open("/mail/inbox")
        await phones.page.goto(demo.facts["phone_url"])
        await look_at(phones.page)
        demo.send_mail(number, NOTE)

        # The phone rings by itself, and the link on it opens.
        handset = phones.page.get_by_role(
            "region", name=PhoneNumber.from_e164(number).international
        )
        link = handset.get_by_role("link")
        await expect(link).to_be_visible(timeout=20_000)
        await look_at(phones.page)
        await expect(clinician.row(number)).to_be_visible()
        async with phones.context.expect_page() as opening:
            await link.click()
        visitor = watch(phones.context, await opening.value)
        patient_page = visitor.page
        await expect(patient_page.get_by_role("heading", level=1)).to_have_text(
            "Set a password to read your message"
        )
        await clinician.row(number).click()
        await clinician.reads(NOTE)
        await clinician.sees_state("Link fetched")
        await patient_page.get_by_label("Password", exact=True).fill("three plain words")
        await patient_page.get_by_role("button", name="Set password and read").click()
        await expect(patient_page.get_by_text(NOTE)).to_be_visible()
        await clinician.sees_state("Read")
        await patient_page.get_by_label("Reply", exact=True).fill(THANKS)
        await patient_page.get_by_role("button", name="Send reply").click()

        # Nobody touched the office's window since: the answer came by itself.
        await clinician.reads(THANKS)
        await expect(clinician.page.locator(".way .chip").first).to_have_text("Answered")
        told = "\n".join(await clinician.story())
        steps = ("Accepted", "carrier took", "phone has", "link was fetched", "proved", "Read")
        places = [told.find(step) for step in steps]
        assert -1 not in places, told
        assert places == sorted(places), told
        await look_at(clinician.page)
        assert not visitor.complaints
        assert not phones.foreign_requests(demo.facts["phone_url"])


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_first_visitor_sets_a_password_reads_and_replies(
    demo: RunningDemo, browser: Browser, javascript: bool
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with patient_at(browser, demo, javascript=javascript) as patient:
        await patient.first_visit(link, NOTE)
        await patient.reply(THANKS)
        await patient.follow("Back to the message")
        await patient.reads(NOTE)
        await patient.follow("All messages", "Your messages")
        await patient.reads("From you")


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
    async with patient_at(browser, demo) as patient:  # which looks into every storage at the end
        await patient.first_visit(link, NOTE)
        (cookie,) = await patient.visitor.context.cookies()
        assert cookie["name"].startswith("__Host-contact-")
        assert cookie["httpOnly"]
        assert cookie["secure"]
        assert cookie["sameSite"] == "Lax"
