"""A forgotten password: a new, empty mailbox at once; old mail when a member knows who it is."""

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import PASSWORD, patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

OLD = "Your appointment with the specialist is on Monday."
NEW = "Please bring your insurance card."


async def test_old_mail_opens_again_after_a_member_recorded_who_it_is(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, OLD)
    link = await demo.next_link(number)
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(link, OLD)
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await patient.open(link, "Enter your password to read")
        await patient.follow("I forgot my password", "Start again with a new password")
        await patient.page.get_by_label("Password", exact=True).fill("four yellow lanterns")
        await patient.press("Set new password", "Your messages")
        await patient.reads("This is your new, empty mailbox")
        await patient.open(link, "This message is closed since you set a new password")
        await patient.does_not_read(OLD)
        demo.send_mail(number, NEW)
        await patient.open(await demo.next_link(number, after=1))
        await patient.reads(NEW)

        await clinician.open_thread(number)
        note = clinician.page.get_by_text("The password was reset from this phone.")
        await expect(note).to_be_visible()
        await clinician.page.get_by_role("link", name="Give messages back").click()
        await clinician.press("Give back")
        await expect(clinician.page.get_by_role("alert")).to_be_visible()
        await clinician.sees()
        await clinician.page.get_by_label("In person").check()
        await clinician.press("Give back")
        await expect(clinician.page.get_by_text("1 message was given back.")).to_be_visible()

        await patient.open(link)
        await patient.reads(OLD)
        await clinician.open("/audit?kind=members", "Audit trail")
        given = clinician.page.get_by_role("row").filter(has_text="gave a message back")
        await expect(given.first).to_contain_text("in person")


async def test_old_mail_opens_again_with_the_code_that_was_printed(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, OLD)
    link = await demo.next_link(number)
    async with patient_at(browser, demo) as patient:
        await patient.first_visit(link, OLD)
        await patient.follow("Next time without the password", "Your ways in")
        await patient.page.get_by_label("Your password").last.fill(PASSWORD)
        await patient.press("Make a recovery code")
        code = await patient.page.locator("#recovery-code").inner_text()
    async with patient_at(browser, demo) as patient:
        await patient.open(link, "Enter your password to read")
        await patient.follow("I forgot my password", "Start again with a new password")
        await patient.page.get_by_label("Password", exact=True).fill("four yellow lanterns")
        await patient.press("Set new password", "Your messages")
        await patient.follow("Open earlier messages", "Open your earlier messages")
        await patient.page.get_by_label("Recovery code").fill(code)
        await patient.press("Open earlier messages", "Your ways in")
        await patient.reads("1 earlier message is open again.")
        await patient.open(link)
        await patient.reads(OLD)
    async with office.desk() as clinician:
        await clinician.open_thread(number)
        await clinician.page.get_by_text("Opened again by the person").first.wait_for(
            state="attached"
        )
