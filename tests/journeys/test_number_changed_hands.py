"""A number is given out again: a member says so, and its new owner reads nothing of the old one's."""

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.browser import PHONE, screenshot
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

OLD = "Anne, your blood count is fine."
NEW = "Welcome, Ben. Please call us."


async def test_the_new_owner_of_a_number_reads_only_what_is_sent_to_them(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    demo.send_mail(number, OLD)
    old_link = await demo.next_link(number)
    async with (
        patient_at(browser, demo) as anne,
        patient_at(browser, demo) as ben,
        office.desk() as clinician,
    ):
        await anne.first_visit(old_link, OLD)
        await clinician.open_thread(number)
        await clinician.page.locator(".thread-name a").click()
        await clinician.page.get_by_role(
            "link", name="This number belongs to someone else now"
        ).click()
        await clinician.sees("This number belongs to someone else now")
        await screenshot(clinician.page, "office-number-changed")
        await clinician.press("Yes, someone else has it now")
        await expect(clinician.page.get_by_role("alert")).to_contain_text("Say how you know it.")
        await clinician.page.get_by_label("Somebody else answers on this number").check()
        await clinician.press("Yes, someone else has it now")
        await clinician.page.get_by_text("who had this number before").first.click()
        await expect(clinician.page.get_by_text(OLD)).to_be_visible()
        await expect(clinician.page.locator("#number-ended")).to_be_visible()
        await expect(clinician.page.get_by_role("button", name="Send securely")).to_have_count(0)
        await clinician.sees()
        await screenshot(clinician.page, "office-number-ended")
        await clinician.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        await screenshot(clinician.page, "office-number-ended-phone")

        await anne.page.reload()
        await anne.sees("Please open the link again")
        await anne.open(old_link, "Get a new link")
        demo.send_mail(number, NEW)
        await ben.open(old_link, "Get a new link")
        await ben.first_visit(await demo.next_link(number, after=1), NEW)
        await ben.follow("All messages", "Your messages")
        await expect(ben.page.locator(".entry")).to_have_count(1)
