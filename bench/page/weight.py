"""What a browser fetches for one page: bytes on the wire, and how deep the chain of requests goes.

Taken from Chromium over the DevTools protocol: ``loadingFinished.encodedDataLength`` counts what
came over the wire for a response, header included, compressed as sent. The *depth* of a request is
how many answers had to come before it could be asked: a style sheet that the document names has
depth 1; an image or a font that this style sheet names has depth 2, one round trip more on a phone
far away.
"""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import sync_playwright

from bench.browser import launch_chromium


@dataclass(frozen=True, slots=True)
class Fetched:
    """One response."""

    url: str
    status: int
    wire_bytes: int
    depth: int


@dataclass(frozen=True, slots=True)
class PageWeight:
    """All that one page fetched, document first."""

    responses: tuple[Fetched, ...]

    @property
    def wire_bytes(self) -> int:
        """Headers and bodies of all responses together."""
        return sum(each.wire_bytes for each in self.responses)

    @property
    def round_trips_after_document(self) -> int:
        """The longest chain of requests that had to wait for one another after the document."""
        return max((each.depth for each in self.responses), default=0)


@dataclass  # no slots: Playwright sets attributes of its own on an object whose methods it is given
class _Chain:
    """Requests as they happen: who asked for what."""

    document_url: str = ""
    depths: dict[str, int] = field(default_factory=dict)  # by URL
    urls: dict[str, str] = field(default_factory=dict)  # by request id
    statuses: dict[str, int] = field(default_factory=dict)
    finished: list[Fetched] = field(default_factory=list)

    def on_request(self, event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        self.urls[event["requestId"]] = url
        redirect = event.get("redirectResponse")
        if redirect:  # encodedDataLength of a redirect comes only here
            self.finished.append(
                Fetched(redirect["url"], redirect["status"], redirect["encodedDataLength"], 0)
            )
        if not self.document_url or redirect:
            self.document_url = url
            self.depths[url] = 0
        else:
            self.depths[url] = 1 + self.depths.get(self._asked_by(event["initiator"]), 0)

    def on_response(self, event: dict[str, Any]) -> None:
        self.statuses[event["requestId"]] = event["response"]["status"]

    def on_finished(self, event: dict[str, Any]) -> None:
        url = self.urls.get(event["requestId"], "")
        if url.startswith("http"):
            status = self.statuses.get(event["requestId"], 0)
            wire_bytes = int(event["encodedDataLength"])
            self.finished.append(Fetched(url, status, wire_bytes, self.depths[url]))

    def _asked_by(self, initiator: dict[str, Any]) -> str:
        if initiator.get("url"):
            return str(initiator["url"])
        frames = initiator.get("stack", {}).get("callFrames", [])
        return str(frames[0]["url"]) if frames else self.document_url


def weigh(url: str) -> PageWeight:
    """Open ``url`` with an empty cache on a phone-sized screen and list what came over the wire.

    Chromium asks for the page's icon too, and it is counted.
    """
    with sync_playwright() as playwright, launch_chromium(playwright) as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        chain = _Chain()
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", chain.on_request)
        session.on("Network.responseReceived", chain.on_response)
        session.on("Network.loadingFinished", chain.on_finished)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(url, wait_until="networkidle")
    ordered = sorted(chain.finished, key=lambda each: each.depth)
    return PageWeight(tuple(ordered))
