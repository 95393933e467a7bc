"""Contacts who have really come in: message by API, text on the demo's phone, password set in a
browser.
"""

import re
import time
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser, sync_playwright

from bench.browser import launch_chromium
from bench.product import DemoAddresses

_TEXT_DEADLINE_S = 30.0
_PASSWORD = "a kettle of plain words for the bench"


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """A message page that is open, and the Cookie field that opens it again."""

    url: str
    cookie_field: str


def open_messages(
    addresses: DemoAddresses, text: str, contacts: int, first_number: int = 0
) -> tuple[OpenedMessage, ...]:
    """Send each contact a message and open it as that person would, on a phone of their own."""
    numbers = [f"+1211555{number:04d}" for number in range(first_number, first_number + contacts)]
    links = [first_link(addresses, number, text) for number in numbers]
    with sync_playwright() as playwright, launch_chromium(playwright) as browser:
        return tuple(_open(browser, link, text) for link in links)


def first_link(addresses: DemoAddresses, number: str, text: str) -> str:
    """Send a secure text and return the link in the SMS that announces it.

    Raises:
        TimeoutError: no SMS within 30 seconds.
    """
    with httpx.Client() as client:
        client.post(
            f"{addresses.api_url}/messages",
            headers={"Authorization": f"Bearer {addresses.api_token}"},
            json={"to": [number], "text": text},
        ).raise_for_status()
        deadline = time.monotonic() + _TEXT_DEADLINE_S
        while time.monotonic() < deadline:
            answer = client.get(f"{addresses.phone_url}/messages.json", params={"number": number})
            for sms in answer.raise_for_status().json():
                if link := re.search(r"https?://\S+", sms["text"]):
                    return link.group()
            time.sleep(0.1)
    raise TimeoutError(f"no SMS came within {_TEXT_DEADLINE_S:.0f} s")


def _open(browser: Browser, link: str, text: str) -> OpenedMessage:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link)
    if (go_on := page.get_by_role("button", name="Continue")).count():
        go_on.click()
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    page.get_by_role("button", name="Set password and read").click()
    page.get_by_text(text.split("\n", 1)[0]).first.wait_for()
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in context.cookies())
    opened = OpenedMessage(page.url, cookies)
    context.close()
    return opened
