"""Threats 26 and 27: what somebody wrote runs nothing and fetches nothing, whoever reads it, where.

The cleaner's own corpus is held in tests/edges/web; here it goes all the way, through the sealed
message to the two people who read it, with every field that a stranger may fill.
"""

import asyncio

import pytest
from playwright.async_api import Browser, expect
from tests.edges.web.html_payloads import PAYLOADS
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.browser import Visitor
from tests.support.running_demo import RunningDemo
from tests.threats.story import licorne


@pytest.fixture(scope="session")
def browser(shared_browser: Browser) -> Browser:
    return shared_browser


pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

ATTACK = (
    '"><script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(2)>'
    "{{ 7 * 7 }}${alert(3)}</textarea></title><svg onload=alert(4)> https://x/'onclick='alert(5)"
)
NAME = "<img src=https://evil.example/n.png onerror=alert(6)>"
FILENAME = "<img src=x onerror=alert(7)>.txt"


def harmless(visitor: Visitor, demo: RunningDemo) -> None:
    assert visitor.dialogs == []
    assert visitor.foreign_requests(demo.facts["pickup_url"]) == []
    # Nor did the page's policy have to step in: it is the second defence, not the first.
    assert [one for one in visitor.complaints if "status of" not in one] == []


async def test_no_payload_of_a_sender_does_anything_on_the_patients_phone(
    demo: RunningDemo, browser: Browser
):
    number = demo.new_number()
    bodies = ("<hr>".join(PAYLOADS), "<hr>".join(reversed(PAYLOADS)))
    for html in bodies:
        message = {
            "to": [number],
            "text": ATTACK,
            "subject": ATTACK.replace("\n", " "),
            "html": html,
            "attachments": [{"filename": FILENAME, "content_type": "text/html", "content": "PGI+"}],
        }
        status, answer = await asyncio.to_thread(demo.api, "POST", "/messages", message)
        assert status == 201, answer
    links = [await demo.next_link(number, after=n) for n in range(len(bodies))]
    async with patient_at(browser, demo) as patient:
        await patient.open(links[0])
        await patient.set_password()
        for link in links:
            await patient.page.goto(link)
            await expect(patient.page.locator(".written")).to_contain_text("{{ 7 * 7 }}")
            await patient.page.goto(f"{patient.page.url}/formatted")
            await patient.page.wait_for_load_state("networkidle")
            harmless(patient.visitor, demo)
        await patient.page.goto(links[0])
        await patient.page.get_by_label("Reply", exact=True).fill(ATTACK)
        await patient.page.get_by_label("Add photos or files").set_input_files(
            {"name": FILENAME, "mimeType": "text/html", "buffer": b"x <script>alert(8)</script>"}
        )
        await patient.press("Send reply")
        await patient.follow("All messages")
        harmless(patient.visitor, demo)


async def test_no_payload_of_a_patient_or_a_colleague_does_anything_in_the_office(
    demo: RunningDemo, browser: Browser, shared_office: Office
):
    number = demo.new_number()
    licorne(demo, "contact", "add", number, "--name", NAME)
    status, answer = demo.api(
        "POST", "/messages", {"to": [number], "text": ATTACK, "subject": ATTACK, "html": ATTACK}
    )
    assert status == 201
    async with patient_at(browser, demo) as patient:
        await patient.open(await demo.next_link(number))
        await patient.set_password()
        await patient.reply(ATTACK)
    async with shared_office.desk() as clinician:
        page, thread = clinician.page, answer["deliveries"][0]["thread_id"]
        await clinician.open("/mail/inbox")
        await clinician.open(f"/mail/inbox/{thread}")
        await page.get_by_text("{{ 7 * 7 }}").first.wait_for()
        contact = await page.locator(".thread-name a").get_attribute("href")
        await page.goto(demo.facts["office_url"].removesuffix("/office") + (contact or ""))
        await clinician.open("/contacts")
        await clinician.open("/audit")
        await clinician.open("/compose")
        await page.get_by_label("To", exact=True).fill("<img src")
        await page.locator("#check").get_by_text("<img").first.wait_for()
        await page.get_by_label("Message", exact=True).fill(ATTACK)
        await page.get_by_label("Subject").fill(ATTACK)
        harmless(clinician.visitor, demo)
