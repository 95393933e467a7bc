"""What is held against every page that a journey reaches, whichever side's it is."""

import re
from urllib.parse import urlsplit

from playwright.async_api import Page
from tests.support.browser import Visitor, assert_accessible, assert_fits, kept_on_device

_ID = re.compile(r"/[0-9A-Za-z]{22}(?=/|$)|[0-9a-f]{8}-[0-9a-f-]{27}")
_seen: set[tuple[str, str, bool, bool]] = set()


async def look_at(page: Page) -> None:
    """Hold the page against WCAG 2.2 AA, in light and dark, and against its window's width.

    A page that looked the same before (its path but for the ids, its heading, whether it tells of
    a fault, a phone's or a desk's) was held already, and isn't again.
    """
    kind = await _kind(page)
    if kind not in _seen:
        await assert_accessible(page)
        await assert_fits(page)
        _seen.add(kind)


async def _kind(page: Page) -> tuple[str, str, bool, bool]:
    heading = page.get_by_role("heading", level=1).first
    told = await heading.text_content() if await heading.count() else ""
    narrow = (page.viewport_size or {"width": 0})["width"] < 700
    path = _ID.sub("/…", urlsplit(page.url).path)
    return path, told or "", await page.get_by_role("alert").count() > 0, narrow


async def assert_behaved(visitor: Visitor, own_url: str, *cookies: str) -> None:
    """Nothing was fetched from elsewhere, nothing popped up, nothing but the cookies was kept."""
    assert visitor.foreign_requests(own_url) == []
    assert visitor.dialogs == []
    assert [one for one in visitor.complaints if "status of" not in one] == []
    kept = await kept_on_device(visitor)
    names = {name.rpartition("-")[0] for name in kept.pop("cookies")}
    assert names <= set(cookies), names
    assert not any(kept.values()), kept
