"""Recall and expiry: the contact's copy ends with a page that helps, the practice's stays."""

import pytest
from playwright.async_api import Browser
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "Please stop taking the blue tablets."
RECALLED = "This message was taken back"
EXPIRED = "This message has expired"


async def test_a_recalled_message_is_gone_for_the_patient_and_stays_the_practices(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    link = await demo.next_link(number)
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await patient.first_visit(link, NOTE)
        await clinician.open_thread(number)
        await clinician.follow("Recall", "Recall this message?")
        await clinician.press("Recall it")
        await clinician.sees_state("Recalled")
        await clinician.reads(NOTE)
        await patient.page.reload()
        await patient.sees(RECALLED)
        await patient.does_not_read(NOTE)
        await patient.follow("See your other messages", "Your messages")
        await patient.reads("No longer here")
    async with patient_at(browser, demo) as stranger:
        await stranger.open(link, RECALLED)
        await stranger.does_not_read(NOTE)


async def test_an_expired_message_says_so_and_who_can_send_it_again(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    status, sent = demo.api(
        "POST", "/messages", {"to": [number], "text": NOTE, "expires_in": "PT5M"}
    )
    assert status == 201
    link = await demo.next_link(number)
    # Five minutes are the shortest time there is, and too long for a test.
    await demo.execute(
        "UPDATE licorne.message SET expires_at = now() - interval '1 second' WHERE id = $1::uuid",
        sent["id"],
    )
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await patient.open(link, EXPIRED)
        await patient.reads("can send it to you again")
        await clinician.open_thread(number)
        await clinician.sees_state("Expired")
        await clinician.reads(NOTE)
        await patient.page.reload()
        await patient.sees(EXPIRED)
