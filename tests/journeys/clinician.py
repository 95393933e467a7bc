"""A clinician at the web office, and what they do there."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect
from tests.journeys.looking import assert_behaved, look_at
from tests.support.browser import Visitor, watch
from tests.support.running_demo import RunningDemo

from licorne.domain.identity.phone_number import PhoneNumber

COOKIE = "__Host-office"
_INBOX = re.compile("/office/mail/inbox$")


async def sign_in(page: Page, demo: RunningDemo, code: str) -> None:
    member = demo.facts["member"]
    await page.goto(demo.facts["office_url"])
    await look_at(page)
    await page.get_by_label("Email address").fill(member["email"])
    await page.get_by_label("Password", exact=True).fill(member["password"])
    await page.get_by_label("Code").fill(code)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(_INBOX)


@dataclass(frozen=True)
class Office:
    """A browser in which somebody is signed in."""

    demo: RunningDemo
    browser: Browser
    context: BrowserContext

    @asynccontextmanager
    async def desk(self, size: tuple[int, int] | None = None) -> AsyncIterator["Clinician"]:
        """Open another window; at the end it must have behaved."""
        page = await self.context.new_page()
        if size is not None:
            await page.set_viewport_size({"width": size[0], "height": size[1]})
        visitor = watch(self.context, page)
        try:
            yield Clinician(self.demo, visitor)
            await assert_behaved(visitor, self.demo.facts["office_url"], COOKIE)
        finally:
            await page.close()


@dataclass
class Clinician:
    demo: RunningDemo
    visitor: Visitor

    @property
    def page(self) -> Page:
        return self.visitor.page

    async def open(self, path: str, heading: str | None = None) -> None:
        await self.page.goto(f"{self.demo.facts['office_url']}{path}")
        await self.sees(heading)

    async def sees(self, heading: str | None = None) -> None:
        if heading is not None:
            await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        await look_at(self.page)

    async def open_thread(self, number: str) -> None:
        """Find the conversation with a number in the inbox, and open it."""
        await self.open("/mail/inbox")
        await self.row(number).click()
        await expect(self.page.locator("#messages")).to_be_visible()
        await look_at(self.page)

    def row(self, number: str) -> Locator:
        return self.page.locator("#threads .row-link", has_text=shown(number))

    async def reads(self, text: str) -> None:
        await expect(self.page.locator("#messages").get_by_text(text)).to_be_visible()

    async def sees_state(self, state: str) -> None:
        """Wait until the newest message that went out stands at this state, live."""
        chip = self.page.locator(".way").last.locator(".chip").first
        await expect(chip).to_have_text(state, timeout=20_000)

    async def story(self) -> list[str]:
        """Unfold the newest message's whole story."""
        way = self.page.locator(".way").last
        if await way.locator(".story[open]").count() == 0:
            await way.get_by_text("Whole story").click()
        return await way.locator(".story-lines li").all_inner_texts()

    async def press(self, button: str) -> None:
        await self.page.get_by_role("button", name=button).click()

    async def follow(self, link: str, heading: str | None = None) -> None:
        await self.page.get_by_role("link", name=link, exact=True).click()
        await self.sees(heading)


def shown(number: str) -> str:
    return PhoneNumber.from_e164(number).shown_in("US")


async def leave(page: Page) -> None:
    """Put another window in front, as far as the page can tell."""
    await _set_hidden(page, hidden=True)


async def come_back(page: Page) -> None:
    await _set_hidden(page, hidden=False)


async def _set_hidden(page: Page, *, hidden: bool) -> None:
    # A browser without a screen never hides a page, so the page is told that it did.
    await page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", {get: () => hidden, configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )
