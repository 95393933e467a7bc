"""Sentences can be taken out, translated and shown again, from code and from templates."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from tests.edges.web.small_edge import small_router
from tests.support.web_server import serving, web_settings

from licorne import edges
from licorne.edges.web import language
from licorne.edges.web.application import build_app

EDGES = Path(edges.__file__).parent
MAPPING = EDGES / "web" / "locale" / "babel.cfg"


def extracted() -> set[str]:
    with MAPPING.open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(EDGES, methods, options)
    return {m[2] if isinstance(m[2], str) else m[2][0] for m in found}


def test_the_pages_sentences_are_found_in_code_and_templates():
    sentences = extracted()
    assert "Page not found" in sentences
    assert "Set password and read" in sentences
    assert "That password is not right." in sentences
    assert "You can try once." in sentences


@pytest.fixture
async def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    catalogue = Catalog(locale="fr")
    catalogue.add("Page not found", "Page introuvable")
    catalogue.add("Skip to the main part", "Aller <au> contenu")
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    (folder / "licorne.mo").write_bytes(compiled.getvalue())
    monkeypatch.setattr(language, "CATALOGUE_FOLDER", tmp_path)
    forget()
    yield
    monkeypatch.undo()
    forget()


def forget() -> None:
    language.language.cache_clear()
    language.available_languages.cache_clear()
    language._best_code.cache_clear()


@pytest.mark.usefixtures("french")
async def test_a_page_is_shown_in_the_language_that_the_browser_asks_for():
    async with (
        serving(lambda url: build_app([small_router()], web_settings(url))) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        for wanted, title, tag in (
            ("fr-CA,fr;q=0.9,en;q=0.8", "Page introuvable", "fr"),
            ("en-US,en;q=0.9,fr;q=0.5", "Page not found", "en"),
            ("xx, ;;q=, de;q=nonsense", "Page not found", "en"),
            ("", "Page not found", "en"),
        ):
            page = (await client.get("/nowhere", headers={"Accept-Language": wanted})).text
            assert f"<h1>{title}</h1>" in page, wanted
            assert f'lang="{tag}"' in page, wanted
