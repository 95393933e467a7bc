"""Somebody wants no more texts: the next one is refused with a sentence, until they want them."""

import smtplib

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "The nurse will call you."


def refusal(demo: RunningDemo, number: str) -> tuple[int, str]:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        demo.send_mail(number, NOTE)
    ((code, sentence),) = caught.value.recipients.values()
    return code, sentence.decode()


async def test_a_patient_stops_the_texts_and_turns_them_on_again(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await patient.open(link)
        await patient.page.get_by_text("Not for you").click()
        await patient.press("Stop texting me", "No more texts")
        code, sentence = refusal(demo, number)
        assert code == 550
        assert "text" in sentence
        await clinician.open_thread(number)
        await expect(clinician.page.get_by_text("This person asked on")).to_be_visible()

        await patient.first_visit(link, NOTE)
        await patient.follow("All messages", "Your messages")
        await patient.press("Text me again", "Your messages")
        await expect(patient.page.get_by_role("button", name="Stop texting me")).to_be_visible()
        demo.send_mail(number, "Texts are back.")
        await demo.next_link(number, after=1)


async def test_a_member_stops_and_starts_texts_for_somebody_who_asks(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    async with office.desk() as clinician:
        await clinician.open_thread(number)
        await clinician.page.locator(".thread-name a").click()
        await clinician.press("Stop texts to this person")
        await clinician.sees()
        assert refusal(demo, number)[0] == 550
        await clinician.page.get_by_label("The person asked for texts again").check()
        await clinician.press("Start texts again")
        await expect(
            clinician.page.get_by_role("button", name="Stop texts to this person")
        ).to_be_visible()
        demo.send_mail(number, NOTE)
