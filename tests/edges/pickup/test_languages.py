"""A contact picks the language of the pages; it is kept once they have proved themself."""

from collections.abc import AsyncIterator

import pytest
from tests.support.contact_client import PASSWORD, ContactClient, contact_client
from tests.support.pickup_world import COOKIE, PickupWorld


@pytest.fixture
async def client(pickup: PickupWorld) -> AsyncIterator[ContactClient]:
    async with pickup.serving() as url, contact_client(url) as made:
        yield made


async def language_of(pickup: PickupWorld) -> str | None:
    return await pickup.owner.fetchval("SELECT language FROM contact")


async def test_every_page_of_a_link_has_a_switch_that_needs_no_script(
    pickup: PickupWorld, client: ContactClient
):
    token = await pickup.send()
    page = (await client.get(f"/{token}")).text
    assert f'<a href="/{token}?language=es" lang="es" hreflang="es">Español</a>' in page
    page = (await client.get(f"/{token}?language=es")).text
    assert '<html lang="es" dir="ltr"' in page
    assert "Cree una contraseña para leer su mensaje" in page
    assert f'action="/m/link/{token}/password?language=es"' in page
    assert f'<a href="/{token}?language=en" lang="en" hreflang="en">English</a>' in page
    for path in ("/nothing", "/m", "/m/signed-out"):
        assert f'href="{path}?language=es"' in (await client.get(path)).text, path


async def test_a_language_that_was_only_looked_at_is_not_kept_nor_a_strangers(
    pickup: PickupWorld, client: ContactClient
):
    token = await pickup.send()
    await client.get(f"/{token}?language=es")
    refused = await client.post(f"/m/link/{token}/password?language=es", {"password": "short"})
    assert "Use 8 caracteres o más." in refused.text
    stopped = await client.post(f"/m/link/{token}/stop?language=es", {})
    assert "ya no enviará mensajes de texto a este número" in stopped.text
    assert await language_of(pickup) is None
    assert client.cookies == {}


async def test_who_proves_themself_keeps_the_language_that_they_picked(
    pickup: PickupWorld, client: ContactClient
):
    token = await pickup.send("Your results are in.")
    page = await client.post(f"/m/link/{token}/password?language=es", {"password": PASSWORD})
    assert "Your results are in." in page.text
    assert "Enviar respuesta" in page.text
    assert page.url.query == b""
    assert set(client.cookies) == {COOKIE}
    assert await language_of(pickup) == "es"
    assert "contact:language:chosen" in await pickup.audit()
    again = await client.get(f"/{token}")
    assert "Enviar respuesta" in again.text
    async with contact_client(str(page.url.copy_with(path="/"))) as another_phone:
        entrance = await another_phone.get(f"/{token}")
        assert "Escriba su contraseña para leer" in entrance.text
        wrong = await another_phone.post(f"/m/link/{token}/sign-in", {"password": "not this"})
        assert "Esa contraseña no es correcta." in wrong.text


async def test_within_the_mailbox_a_button_changes_it_and_leads_back(
    pickup: PickupWorld, client: ContactClient
):
    token = await pickup.send()
    message = await client.claim(f"/{token}")
    path = message.url.path
    csrf = message.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    mailbox = path.rpartition("/")[0]
    assert f'name="back" value="{path}"' in message.text
    for back, leads_to in ((path, path), ("//elsewhere.example/", mailbox), ("", mailbox)):
        page = await client.post(
            f"{mailbox}/language", {"csrf_token": csrf, "language": "es", "back": back}
        )
        assert page.url.path == leads_to
        assert '<html lang="es"' in page.text
    assert await language_of(pickup) == "es"
    assert (await pickup.audit()).count("contact:language:chosen") == 1
    forged = await client.post(f"{mailbox}/language", {"language": "en"})
    assert forged.status_code == 403
    assert await language_of(pickup) == "es"


async def test_nobody_changes_it_without_a_session(pickup: PickupWorld, client: ContactClient):
    claimed = await pickup.claim(await pickup.send())
    answer = await client.post(f"/m/{claimed.mailbox}/language", {"language": "es"})
    assert answer.status_code == 401
    assert await language_of(pickup) is None


async def test_without_a_choice_the_browsers_language_counts_and_then_the_practices(
    pickup: PickupWorld,
):
    token = await pickup.send()
    await pickup.owner.execute("UPDATE organization SET locale = 'es'")
    async with pickup.serving() as url, contact_client(url) as client:
        for wanted, heading in (
            ("en-US,en;q=0.9", "Set a password to read your message"),
            ("fr-FR", "Cree una contraseña para leer su mensaje"),
            ("", "Cree una contraseña para leer su mensaje"),
        ):
            page = await client._http.get(f"/{token}", headers={"Accept-Language": wanted})
            assert heading in page.text, wanted


async def test_whom_to_call_in_a_crisis_is_said_in_words_that_the_person_reads(
    pickup: PickupWorld, client: ContactClient
):
    """Threat 42."""
    await pickup.owner.execute("UPDATE organization SET crisis_wording = 'Call Riverbend at once.'")
    token = await pickup.send()
    assert "Call Riverbend at once." in (await client.claim(f"/{token}")).text
    await pickup.owner.execute("UPDATE contact SET language = 'es'")
    page = (await client.get(f"/{token}")).text
    assert "Riverbend at once" not in page
    assert "En una emergencia, llame al 911." in page
