"""Files in both directions come out as they went in; a printed message is the message alone."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "The letter for your employer is attached."
LETTER = b"%PDF-1.7\n" + bytes(range(256)) * 700  # larger than what is kept in a row
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)) * 40


async def saved(page: Page, filename: str) -> bytes:
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name=filename).click()
    download = await downloading.value
    assert download.suggested_filename == filename
    return Path(await download.path()).read_bytes()


async def test_a_file_from_the_email_program_and_one_from_the_phone_arrive_as_they_were(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    mail = EmailMessage()
    mail["From"], mail["To"] = demo.facts["member"]["email"], f"{number}@secure.text"
    mail["Subject"] = "Letter"
    mail.set_content(NOTE)
    mail.add_attachment(LETTER, "application", "pdf", filename="Lettre à l’employeur.pdf")
    demo.send(mail)
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await patient.first_visit(await demo.next_link(number), NOTE)
        assert await saved(patient.page, "Lettre à l’employeur.pdf") == LETTER

        await patient.page.get_by_label("Add photos or files").set_input_files(
            {"name": "my rash.png", "mimeType": "image/png", "buffer": PHOTO}
        )
        await patient.reply("Here is a photo.")
        await clinician.open_thread(number)
        assert await saved(clinician.page, "my rash.png") == PHOTO
        assert await saved(clinician.page, "Lettre à l’employeur.pdf") == LETTER


async def test_on_paper_stand_the_words_and_who_wrote_them_and_nothing_to_press(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    async with patient_at(browser, demo) as patient:
        page = patient.page
        await patient.first_visit(await demo.next_link(number), NOTE)
        await expect(page.get_by_role("button", name="Print")).to_be_visible()
        await page.emulate_media(media="print")
        await expect(page.get_by_text(NOTE)).to_be_visible()
        await expect(page.get_by_text("Dr. Alice Moreau")).to_be_visible()
        await expect(page.get_by_text(demo.facts["organization"]).first).to_be_visible()
        for control in await page.locator("button, input, textarea, .not-for-patients").all():
            assert not await control.is_visible(), await control.evaluate("e => e.outerHTML")
        await page.emulate_media(media="screen")
