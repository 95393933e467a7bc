"""The office in Spanish: picked when a member signs in, or under their account; for all by an owner."""

import os
import re
import uuid
from datetime import timedelta

from playwright.async_api import Browser, Page, expect
from tests.edges.office.member_client import member_client
from tests.support.browser import DESK, PHONE, assert_accessible, assert_fits, screenshot, visiting
from tests.support.office_world import OfficeWorld

from licorne.edges.office.route_permissions import NEEDS

ENGLISH = ("Sign out", "Contacts", "Write", "Save", "Members", "Conversations")


async def look(page: Page, name: str, *, closely: bool) -> None:
    await expect(page.locator("html")).to_have_attribute("lang", "es")
    for width, height in (PHONE, DESK):
        await page.set_viewport_size({"width": width, "height": height})
        await assert_fits(page)
        if "LICORNE_SCREENSHOTS" in os.environ:
            await screenshot(page, f"spanish-{name}-{width}")
    if closely:
        await assert_accessible(page)
    read = await page.locator("body").inner_text()
    assert [words for words in ENGLISH if f"{words}\n" in f"{read}\n"] == [], name


async def test_every_page_fits_in_spanish_and_holds_no_english(
    office: OfficeWorld, browser: Browser
):
    owner = await office.world.found()
    office.world.clock.advance(timedelta(seconds=31))
    sent = await office.world.send(owner, "+12125550123", "Su cita es el martes.")
    async with office.world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    async with visiting(browser, size=DESK) as visitor:
        page = visitor.page
        await page.goto(f"{office.url}/office/sign-in")
        await page.get_by_role("link", name="Español").click()
        await look(page, "sign-in", closely=True)
        await page.get_by_label("Correo electrónico").fill(owner.email)
        await page.get_by_label("Contraseña", exact=True).fill(owner.password)
        await page.get_by_label("Código").fill(office.world.code(owner))
        await page.get_by_role("button", name="Iniciar sesión").click()
        await page.wait_for_url(re.compile("/office/mail/inbox$"))
        await page.goto(f"{office.url}/office/account")
        await expect(page.get_by_label("Su idioma, aquí y en los correos")).to_have_value("es")
        await look(page, "account", closely=True)
        plain = [path for method, path in NEEDS if method == "GET" and "{" not in path]
        opened = [
            f"/office/mail/inbox/{sent.deliveries[0].thread}",
            f"/office/contacts/{contact}",
            f"/office/contacts/{contact}/records",
        ]
        for path in (*plain, *opened):
            is_page = path != "/office/live" and not path.startswith("/office/parts/")
            if NEEDS.get(("GET", path), True) is None or not is_page:
                continue
            await page.goto(f"{office.url}{path}")
            name = path.removeprefix("/office/").partition("?")[0].split("/")
            closely = path in {opened[1], "/office/compose"}
            await look(page, "-".join(part for part in name if len(part) < 30), closely=closely)
        assert visitor.complaints == []


async def test_a_members_own_language_is_kept_and_an_owner_sets_the_practices(
    office: OfficeWorld,
):
    owner = await office.world.found()
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        assert 'lang="en"' in (await client.get("/office/contacts")).text
        answer = await client.post("/office/account/language", {"language": "es"})
        assert answer.status_code == 303
        assert 'lang="es"' in (await client.get("/office/contacts")).text
        refused = await client.post(
            "/office/account/practice-language", {"practice_language": "es"}
        )
        assert refused.status_code == 403
        assert "Su cuenta no tiene permiso" in refused.text
        assert "El idioma del consultorio" not in (await client.get("/office/account")).text
        await client.post("/office/account/language", {"language": "tlh"})
        assert 'lang="en"' in (await client.get("/office/contacts")).text
    async with member_client(office, owner) as client:
        await client.post("/office/account/practice-language", {"practice_language": "es"})
        assert 'lang="es"' in (await client.get("/office/contacts")).text
        await client.post("/office/account/practice-language", {"practice_language": ""})
        assert 'lang="es"' in (await client.get("/office/contacts")).text
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:language:chosen") == 2
    assert tags.count("member:practice_language:changed") == 1


async def test_a_member_sets_a_contacts_language_and_sees_the_text_that_they_will_get(
    office: OfficeWorld,
):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        added = {"number": "+12125550123", "name": "Carla Diaz", "language": "es"}
        card = (await client.post("/office/contacts/new", added)).headers["location"]
        assert (
            '<option value="es" selected lang="es">Español</option>'
            in (await client.get(card)).text
        )
        contact = card.rpartition("/")[2]
        compose = (await client.get(f"/office/compose?contact={contact}")).text
        assert '<p class="bubble" lang="es">Tiene un mensaje seguro de' in compose
        checked = (await client.post("/office/compose/check", {"to": "+12125550123"})).text
        assert '<p class="bubble" lang="es">Tiene un mensaje seguro de' in checked
        await client.post(f"{card}/language", {"language": ""})
        checked = (await client.post("/office/compose/check", {"to": "+12125550123"})).text
        assert "sent you a secure message" in checked
        nobody = await client.post(f"/office/contacts/{uuid.UUID(int=7)}/language", {})
        assert nobody.status_code == 404
    tags = await office.world.audit_tags(ada.organization)
    assert tags.count("member:contact:changed") == 2
