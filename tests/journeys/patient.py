"""A patient at their phone, and what they do there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page, expect
from tests.journeys.looking import assert_behaved, look_at
from tests.support.browser import Visitor, visiting
from tests.support.running_demo import RunningDemo

PASSWORD = "three plain words"
COOKIE = "__Host-contact"


@dataclass
class Patient:
    demo: RunningDemo
    visitor: Visitor
    javascript: bool = True

    @property
    def page(self) -> Page:
        return self.visitor.page

    async def open(self, url: str, heading: str | None = None) -> None:
        await self.page.goto(url)
        await self.sees(heading)

    async def sees(self, heading: str | None = None) -> None:
        """Arrive at a page."""
        if heading is not None:
            await expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        if self.javascript:
            await look_at(self.page)

    async def press(self, button: str, heading: str | None = None) -> None:
        await self.page.get_by_role("button", name=button).click()
        await self.sees(heading)

    async def follow(self, link: str, heading: str | None = None) -> None:
        await self.page.get_by_role("link", name=link).click()
        await self.sees(heading)

    async def reads(self, text: str) -> None:
        await expect(self.page.get_by_text(text)).to_be_visible()

    async def does_not_read(self, text: str) -> None:
        assert text not in await self.page.content()

    async def is_told(self, fault: str) -> None:
        await expect(self.page.get_by_role("alert")).to_contain_text(fault)

    async def set_password(self, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.press("Set password and read")

    async def sign_in(self, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.press("Sign in and read")

    async def say(self, passphrase: str) -> None:
        await self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        await self.press("Continue")

    async def reply(self, text: str) -> None:
        await self.page.get_by_label("Reply", exact=True).fill(text)
        await self.press("Send reply", "Your message to the practice is sent")

    async def first_visit(self, link: str, text: str) -> None:
        await self.open(link, "Set a password to read your message")
        await self.does_not_read(text)
        await self.set_password()
        await self.reads(text)


@asynccontextmanager
async def patient_at(
    browser: Browser, demo: RunningDemo, *, javascript: bool = True
) -> AsyncIterator[Patient]:
    """A phone that has seen nothing yet; at the end it must have behaved."""
    async with visiting(browser, javascript=javascript) as visitor:
        yield Patient(demo, visitor, javascript)
        if javascript:
            await assert_behaved(visitor, demo.facts["pickup_url"], COOKIE)
