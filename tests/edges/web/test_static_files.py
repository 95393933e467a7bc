import gzip
import hashlib
import tomllib
from pathlib import Path

import httpx
import pytest
from tests.support.web_server import serving, web_settings

from licorne.edges import web
from licorne.edges.web.application import build_app
from licorne.edges.web.static_files import static_files, static_url

FOLDER = Path(web.__file__).parent / "static"


def test_every_vendored_file_is_the_one_that_was_published():
    listed = tomllib.loads((FOLDER / "VENDORED.toml").read_text())["file"]
    there = {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "vendor").rglob("*.*")}
    assert {entry["name"] for entry in listed} == there
    for entry in listed:
        content = (FOLDER / entry["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["name"]
        assert entry["version"]
        assert entry["licence"]


async def test_static_files_are_cached_for_ever_under_a_name_made_of_their_content():
    async with (
        serving(lambda url: build_app([], web_settings(url))) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        address = static_url("web/licorne.css")
        response = await client.get(address)
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-type"] == "text/css; charset=utf-8"
        assert response.headers["content-encoding"] == "gzip"
        assert response.text == (FOLDER / "licorne.css").read_text()
        plain = await client.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == response.text
        for wrong in (
            "/static/web/licorne.css",
            address.replace("licorne.", "licorne.0"),
            "/static/../settings.py",
        ):
            assert (await client.get(wrong)).status_code == 404


def test_an_unknown_static_file_is_noticed_where_it_is_named():
    with pytest.raises(KeyError):
        static_url("web/missing.css")


def test_the_style_sheet_and_script_of_a_contact_page_are_small():
    names = ("web/licorne.css", "web/show-password.js", "web/icon.svg")
    assert sum(len(static_files()[name].compressed or b"") for name in names) < 12_000


def test_compressed_copies_hold_the_same_content():
    for name, file in static_files().items():
        if file.compressed:
            assert gzip.decompress(file.compressed) == file.content, name
