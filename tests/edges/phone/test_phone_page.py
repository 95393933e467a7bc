import asyncio
import json
import urllib.request
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from tests.support.browser import (
    DESK,
    PHONE,
    assert_accessible,
    assert_fits,
    assert_only_kept,
    screenshot,
    visiting,
)
from tests.support.manual_clock import ManualClock
from tests.support.web_server import serving, web_settings

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.edges.phone.handsets import Piece, phone_view, pieces_of
from licorne.edges.phone.routes import build_router, wanted_number
from licorne.edges.web.application import build_app
from licorne.ports.sms_carrier import Outbound

ALICE, BOB = "+12125550123", "+12114367789"


@dataclass
class Demo:
    phone: DemoPhone
    clock: ManualClock
    url: str

    async def ring(self, to: str, text: str) -> None:
        self.clock.pass_time(timedelta(minutes=1))
        await self.phone.send(
            Outbound(uuid.uuid4(), PhoneNumber.from_e164(to), text, self.clock.now())
        )

    async def messages(self, query: str = "") -> list[dict[str, str]]:
        address = f"{self.url}/phone/messages.json{query}"
        body = await asyncio.to_thread(lambda: urllib.request.urlopen(address).read())
        return json.loads(body)


@pytest_asyncio.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    clock = ManualClock()
    phone = DemoPhone(tmp_path / "demo-phone", clock)
    async with serving(lambda url: build_app([build_router(phone)], web_settings(url))) as url:
        yield Demo(phone, clock, url)


async def test_a_text_is_listed_with_its_number_and_time(demo: Demo) -> None:
    await demo.ring(ALICE, "Elm Street sent you a secure message: http://localhost/m/abc")
    [listed] = await demo.messages()
    assert listed["to"] == ALICE
    assert listed["text"].startswith("Elm Street")
    assert listed["at"].startswith("2026-11-20T12:01:00")


@pytest.mark.parametrize(
    "query", ["?number=+12125550123", "?number=%2B12125550123", "?number=12125550123"]
)
async def test_only_the_texts_of_the_number_asked_for_are_listed(demo: Demo, query: str) -> None:
    await demo.ring(ALICE, "for Alice")
    await demo.ring(BOB, "for Bob")
    assert [listed["text"] for listed in await demo.messages(query)] == ["for Alice"]


def test_no_number_means_all() -> None:
    assert wanted_number("") is None
    assert wanted_number(f"number={quote(ALICE)}") == ALICE


async def test_a_text_appears_on_the_open_page_by_itself(demo: Demo, browser: Browser) -> None:
    async with visiting(browser, size=DESK) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        await expect(visitor.page.get_by_text("No texts yet")).to_be_visible()

        await demo.ring(ALICE, "Hello http://localhost:1/m/abc Reply STOP")
        await expect(visitor.page.get_by_role("heading", name="+1 212-555-0123")).to_be_visible()

        await demo.ring(BOB, "Another one")
        await expect(visitor.page.get_by_text("Another one")).to_be_visible()
        await expect(visitor.page.get_by_role("heading", level=2)).to_have_count(2)
        assert visitor.complaints == []
        assert visitor.foreign_requests(demo.url) == []
        await assert_only_kept(visitor)


async def test_the_link_in_a_text_opens(demo: Demo, browser: Browser) -> None:
    await demo.ring(ALICE, f"A message waits: {demo.url}/phone/messages.json Reply STOP")
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        async with visitor.context.expect_page() as opened:
            await visitor.page.get_by_role("link", name="messages.json").click()
        page = await opened.value
        assert page.url == f"{demo.url}/phone/messages.json"


async def test_the_page_says_loudly_that_it_is_a_stand_in(demo: Demo, browser: Browser) -> None:
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        await expect(visitor.page.get_by_text("This is not a real phone.")).to_be_visible()


async def test_the_page_works_without_javascript(demo: Demo, browser: Browser) -> None:
    await demo.ring(ALICE, "Read me")
    async with visiting(browser, javascript=False) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        await expect(visitor.page.get_by_text("Read me")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["narrow", "wide"])
async def test_the_page_is_accessible_and_fits(
    demo: Demo, browser: Browser, size: tuple[int, int]
) -> None:
    for place, number in enumerate((ALICE, BOB, "+442079460958", "+12125550199")):
        for text in range(place * 3 + 1):
            await demo.ring(
                number,
                f"Elm Street sent you a secure message: http://localhost:8080/m/{text:022d} "
                "Reply STOP to stop texts.",
            )
    async with visiting(browser, size=size) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        await expect(visitor.page.locator(".handset")).to_have_count(4)
        await assert_accessible(visitor.page)
        await assert_fits(visitor.page)
        await screenshot(visitor.page, f"phone-{size[0]}")


async def test_what_looks_like_markup_in_a_text_is_shown_as_text(
    demo: Demo, browser: Browser
) -> None:
    await demo.ring(ALICE, '<img src=x onerror="alert(1)"> http://x/"onclick="alert(2)')
    async with visiting(browser) as visitor:
        await visitor.page.goto(f"{demo.url}/phone")
        await expect(visitor.page.get_by_text("<img src=x")).to_be_visible()
        assert visitor.dialogs == []
        assert await visitor.page.locator(".text img").count() == 0


def test_a_full_stop_after_a_link_is_not_part_of_it() -> None:
    assert pieces_of("See https://a.example/m/x. Bye") == (
        Piece("See "),
        Piece("https://a.example/m/x", "https://a.example/m/x"),
        Piece(". Bye"),
    )


async def test_the_liveliest_handset_stands_first(demo: Demo) -> None:
    await demo.ring(ALICE, "1")
    await demo.ring(BOB, "2")
    await demo.ring(ALICE, "3")
    view = phone_view(demo.phone.read())
    assert [handset.number for handset in view.handsets] == [ALICE, BOB]
    assert len(view.handsets[0].bubbles) == 2
