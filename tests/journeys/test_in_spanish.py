"""A patient who reads Spanish, and a practice that writes in English."""

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import PASSWORD, patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

NOTE = "Su cita es el martes a las diez."
THANKS = "Gracias, doctora."


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_patient_is_texted_reads_and_answers_in_spanish_and_the_office_stays_english(
    demo: RunningDemo, browser: Browser, office: Office, javascript: bool
) -> None:
    number = demo.new_number()
    status, contact = demo.api("POST", "/contacts", {"number": number, "language": "es"})
    assert (status, contact["language"]) == (201, "es")
    demo.send_mail(number, NOTE, subject="Su cita")
    link = await demo.next_link(number)
    (text,) = demo.texts(number)
    assert text["text"].startswith("Tiene un mensaje seguro de ")
    assert text["text"].endswith(f"{link} Responda STOP para dejar de recibir textos.")

    async with patient_at(browser, demo, javascript=javascript) as patient:
        await patient.open(link, "Cree una contraseña para leer su mensaje")
        await patient.page.get_by_label("Contraseña", exact=True).fill("corta")
        await patient.press("Crear contraseña y leer")
        await patient.is_told("Use 8 caracteres o más.")
        await patient.page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
        await patient.press("Crear contraseña y leer", "Su cita")
        await patient.reads(NOTE)
        await patient.reads("llame al 988 y oprima el 2")
        await patient.page.get_by_label("Respuesta", exact=True).fill(THANKS)
        await patient.press("Enviar respuesta", "Su mensaje al consultorio se envió")
        await patient.follow("Todos los mensajes", "Sus mensajes")
        await patient.press("English", "Your messages")
        await patient.press("Español", "Sus mensajes")

    async with office.desk() as clinician:
        await clinician.open_thread(number)
        await clinician.reads(THANKS)
        await expect(clinician.page.get_by_role("button", name="Send securely")).to_be_visible()
        await clinician.follow("Contacts")
        await expect(clinician.page.locator("html")).to_have_attribute("lang", "en")


async def test_a_patient_picks_spanish_on_the_first_page_and_is_texted_so_from_then_on(
    demo: RunningDemo, browser: Browser
) -> None:
    number = demo.new_number()
    demo.send_mail(number, NOTE)
    async with patient_at(browser, demo) as patient:
        await patient.open(await demo.next_link(number), "Set a password to read your message")
        await patient.follow("Español", "Cree una contraseña para leer su mensaje")
        await patient.page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
        await patient.press("Crear contraseña y leer")
        await patient.reads(NOTE)
        demo.send_mail(number, NOTE)
        await demo.next_link(number, after=1)
        assert "Tiene un mensaje seguro de " in demo.texts(number)[1]["text"]
