"""Sentences are shown in the language that is wished for, those of the core with what fills them."""

from collections.abc import Iterator

import httpx
import pytest
from tests.edges.web.small_edge import small_router
from tests.support.web_server import serving, web_settings

from licorne.domain.identity.language import Language
from licorne.domain.identity.number_refusal import NumberRefusalReason, refused
from licorne.domain.translatable import translatable_plural
from licorne.edges.web.application import build_app
from licorne.edges.web.language import current_language, gettext, locale_of


@pytest.fixture
def in_spanish() -> Iterator[None]:
    before = current_language.set(Language.SPANISH)
    yield
    current_language.reset(before)


async def test_a_page_is_shown_in_the_language_that_the_browser_asks_for_or_the_address_names():
    async with (
        serving(lambda url: build_app([small_router()], web_settings(url))) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        for wanted, query, title, tag in (
            ("es-MX,es;q=0.9,en;q=0.8", "", "Página no encontrada", "es"),
            ("en-US,en;q=0.9,es;q=0.5", "", "Page not found", "en"),
            ("xx, ;;q=, de;q=nonsense", "", "Page not found", "en"),
            ("", "", "Page not found", "en"),
            ("en-US", "?language=es", "Página no encontrada", "es"),
            ("es", "?language=en", "Page not found", "en"),
            ("es", "?language=tlh", "Página no encontrada", "es"),
        ):
            page = await client.get(f"/nowhere{query}", headers={"Accept-Language": wanted})
            assert f"<h1>{title}</h1>" in page.text, (wanted, query)
            assert f'lang="{tag}" dir="ltr"' in page.text, (wanted, query)


@pytest.mark.usefixtures("in_spanish")
def test_a_sentence_of_the_core_keeps_what_fills_it_and_is_english_to_programs():
    refusal = refused(NumberRefusalReason.AMBIGUOUS, "211", ("+1 211", "+44 211"))
    assert gettext(refusal.sentence).startswith("211 se puede leer de dos maneras: +1 211 o +44")
    assert str(refusal.sentence).startswith("211 can be read in two ways: +1 211 or +44 211.")
    unspeakable = refused(NumberRefusalReason.NOT_A_NUMBER, "ж" * 50)
    assert gettext(unspeakable.sentence).startswith("Esto no es un número")


@pytest.mark.usefixtures("in_spanish")
def test_a_number_chooses_the_form_of_the_language():
    one, many = (
        translatable_plural(
            "%(num)d message was given back.", "%(num)d messages were given back.", n
        )
        for n in (1, 1200)
    )
    assert (str(one), str(many)) == ("1 message was given back.", "1200 messages were given back.")
    assert gettext(one) == "Se devolvió 1 mensaje."
    assert gettext(many) == "Se devolvieron 1200 mensajes."


def test_times_are_written_as_in_the_country_of_the_practice():
    assert str(locale_of(Language.SPANISH, "US")) == "es_US"
    assert str(locale_of(Language.ENGLISH, "GB")) == "en_GB"
    assert str(locale_of(Language.SPANISH, "ZZ")) == "es"
