"""What goes over the wire: robots, headers, weight, methods."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser
from tests.support.browser import visiting
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld

from licorne.domain.message.attachment import Attachment

SAME = {"Sec-Fetch-Site": "same-origin"}
ROBOTS = [
    "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "WhatsApp/2.23",
    "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)",
]


@pytest.fixture
async def client(pickup: PickupWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with pickup.serving() as url, httpx.AsyncClient(base_url=url) as made:
        yield made


async def test_a_preview_robot_does_not_use_up_the_link(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    """Threat 5."""
    token = await pickup.send("secret content")
    before = await pickup.row(token)
    for n in range(50):
        headers = {"User-Agent": ROBOTS[n % len(ROBOTS)]}
        if n % 3 == 1:
            headers["Range"] = "bytes=0-99"
        method = "HEAD" if n % 3 == 2 else "GET"
        response = await client.request(method, f"/{token}", headers=headers)
        assert response.status_code == 200
        assert "secret content" not in response.text
        assert "set-cookie" not in response.headers
    after = await pickup.row(token)
    assert {k for k in before.keys() if before[k] != after[k]} == {"state"}  # noqa: SIM118
    assert (await pickup.story(token)).count("link_fetched") == 1
    claimed = await client.post(
        f"/m/link/{token}/password", data={"password": PASSWORD}, headers=SAME
    )
    assert claimed.status_code == 303
    assert claimed.headers["location"].startswith("/m/")


async def test_a_link_to_a_claimed_mailbox_shows_no_content_without_the_cookie(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    """Threat 1."""
    token = await pickup.send("canary words", subject="canary subject")
    claimed = await pickup.claim(token)
    delivery = await pickup.delivery(token)
    for path in (
        f"/{token}",
        f"/m/{claimed.mailbox}",
        f"/m/{claimed.mailbox}/{delivery}",
        f"/m/{claimed.mailbox}/{delivery}/formatted",
        f"/m/{claimed.mailbox}/{delivery}/file/1",
    ):
        for headers in ({}, {"Cookie": f"{COOKIE}=forged"}, {"Cookie": f"{COOKIE}={'A' * 43}"}):
            response = await client.get(path, headers=headers)
            assert "canary" not in response.text, path


async def test_with_a_session_nothing_is_opened_for_a_prefetch_or_a_head(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    token = await pickup.send("secret content")
    claimed = await pickup.claim(token)
    cookie = {"Cookie": f"{COOKIE}={claimed.cookie}"}
    path = f"/m/{claimed.mailbox}/{await pickup.delivery(token)}"
    await client.head(path, headers=cookie)
    response = await client.get(path, headers=cookie | {"Sec-Purpose": "prefetch"})
    assert "secret content" not in response.text
    assert "contact:message:opened" not in await pickup.audit()
    opened = await client.get(path, headers=cookie)
    assert "secret content" in opened.text
    assert opened.headers["cache-control"] == "no-store"


async def test_every_form_is_refused_from_another_site_and_without_its_token(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    """Threat 25."""
    token = await pickup.send()
    claimed = await pickup.claim(token)
    mailbox, delivery = claimed.mailbox, await pickup.delivery(token)
    cookie = {"Cookie": f"{COOKIE}={claimed.cookie}"}
    steps = ("passphrase", "password", "sign-in", "forgotten", "fresh", "stop")
    paths = [f"/m/link/{token}/{step}" for step in steps] + ["/m/number", "/m/forget"]
    paths += [f"/m/{mailbox}/{delivery}/{step}" for step in ("reply", "passphrase")]
    paths += [f"/m/{mailbox}/{step}" for step in ("sign-out", "texting")]
    for path in paths:
        for site in ("cross-site", "same-site"):
            response = await client.post(
                path, data={"password": PASSWORD}, headers=cookie | {"Sec-Fetch-Site": site}
            )
            assert response.status_code == 403, path
    for step in ("sign-out", "texting", f"{delivery}/passphrase"):
        response = await client.post(f"/m/{mailbox}/{step}", data={}, headers=cookie | SAME)
        assert response.status_code == 403, step
    stale = await client.post(
        f"/m/{mailbox}/{delivery}/reply", data={"reply": "hello"}, headers=cookie | SAME
    )
    assert "was not sent yet" in stale.text
    assert await pickup.owner.fetchval("SELECT count(*) FROM message WHERE direction = 'in'") == 0


async def test_an_attachment_is_saved_under_its_name_and_never_shown_as_a_page(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    page = Attachment("Befund.svg", "image/svg+xml", b"<svg><script>alert(1)</script></svg>")
    scan = Attachment("scan.png", "image/png", bytes(range(256)) * 1000)
    token = await pickup.send("files", attachments=(page, scan))
    claimed = await pickup.claim(token)
    cookie = {"Cookie": f"{COOKIE}={claimed.cookie}"}
    path = f"/m/{claimed.mailbox}/{await pickup.delivery(token)}/file"
    first = await client.get(f"{path}/1", headers=cookie)
    assert first.content == page.content
    assert first.headers["content-type"] == "application/octet-stream"
    assert first.headers["content-disposition"].startswith("attachment;")
    second = await client.get(f"{path}/2", headers=cookie)
    assert second.content == scan.content
    assert second.headers["content-length"] == str(len(scan.content))
    assert (await client.get(f"{path}/3", headers=cookie)).status_code == 404


async def test_a_reply_of_many_megabytes_is_taken_and_one_too_large_is_refused(
    client: httpx.AsyncClient, pickup: PickupWorld
):
    token = await pickup.send()
    claimed = await pickup.claim(token)
    cookie = {"Cookie": f"{COOKIE}={claimed.cookie}"}
    path = f"/m/{claimed.mailbox}/{await pickup.delivery(token)}"
    page = await client.get(path, headers=cookie)
    csrf = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    for size, status in ((12_000_000, 303), (53_000_000, 200), (54_500_000, 413)):
        response = await client.post(
            f"{path}/reply",
            data={"reply": "photo", "csrf_token": csrf},
            files=[("files", ("photo.jpg", bytes(size), "image/jpeg"))],
            headers=cookie | SAME,
            timeout=60,
        )
        assert response.status_code == status


async def test_a_contacts_first_page_is_light_and_needs_one_round_trip_more(
    browser: Browser, pickup: PickupWorld
):
    token = await pickup.send()
    async with pickup.serving() as url, visiting(browser) as visitor:
        protocol = await visitor.context.new_cdp_session(visitor.page)
        await protocol.send("Network.enable")
        sizes: list[int] = []
        initiators: list[str] = []
        protocol.on("Network.loadingFinished", lambda e: sizes.append(int(e["encodedDataLength"])))
        protocol.on(
            "Network.requestWillBeSent", lambda e: initiators.append(e["initiator"]["type"])
        )
        await visitor.page.goto(f"{url}/{token}", wait_until="networkidle")
        assert len(sizes) >= 3
        assert sum(sizes) <= 60_000, sizes
        # Everything is named in the document itself: nothing waits for another file first.
        assert set(initiators) <= {"other", "parser"}, initiators


async def test_nobody_without_a_session_can_fill_the_memory_with_a_reply(
    client: httpx.AsyncClient,
):
    path = f"/m/{UUID(int=1)}/{UUID(int=2)}/reply"
    large = {"reply": "x" * 5_000_000}
    assert (await client.post(path, data=large, headers=SAME)).status_code == 413
    assert (await client.post(path, data={"reply": "Hi"}, headers=SAME)).status_code == 401
