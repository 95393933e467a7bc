"""A contact's ways in over the wire: the printed code, passkeys, and what is refused."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from tests.support.passkey_device import PasskeyDevice
from tests.support.pickup_world import COOKIE, PASSWORD, PickupWorld

from licorne.domain.identity.ids import MailboxId

SAME = {"Sec-Fetch-Site": "same-origin"}
ELSEWHERE = "https://text.riverbend.example"
_CHALLENGE = re.compile(r'data-challenge="([^"]+)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SHOWN = re.compile(r'id="recovery-code">([^<]+)<')


@dataclass
class Person:
    """Somebody who is signed in to one mailbox, and where its pages are."""

    http: httpx.AsyncClient
    url: str
    cookie: str
    mailbox: MailboxId

    @property
    def path(self) -> str:
        return f"/m/{self.mailbox}/ways-in"

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}", **SAME}

    async def page(self, path: str | None = None) -> str:
        return (await self.http.get(path or self.path, headers=self.headers)).text

    async def post(self, path: str, form: dict[str, str]) -> httpx.Response:
        token = found(_TOKEN, await self.page())
        return await self.http.post(path, data={"csrf_token": token, **form}, headers=self.headers)

    async def add(self, device: PasskeyDevice, **others: str) -> httpx.Response:
        form = {
            "answer": device.register(found(_CHALLENGE, await self.page()), self.url),
            "secret": device.secret_text,
            "for_passkey": PASSWORD,
        }
        return await self.post(f"{self.path}/passkeys", {**form, **others})


def found(pattern: re.Pattern[str], page: str) -> str:
    match = pattern.search(page)
    assert match is not None
    return match[1]


@pytest.fixture
async def http(pickup: PickupWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with pickup.serving() as url, httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield client


async def signed_in(pickup: PickupWorld, http: httpx.AsyncClient, token: str) -> Person:
    claimed = await pickup.claim(token)
    url = str(http.base_url).rstrip("/")
    return Person(http, url, claimed.cookie, claimed.mailbox)


async def use(
    http: httpx.AsyncClient, token: str, device: PasskeyDevice, **others: str
) -> httpx.Response:
    """Sign in at a link with a passkey."""
    page = (await http.get(f"/{token}")).text
    challenge = others.get("challenge") or found(_CHALLENGE, page)
    answer = device.use(challenge, others.get("origin") or str(http.base_url).rstrip("/"))
    return await send(http, token, answer, others.get("secret", device.secret_text))


async def send(http: httpx.AsyncClient, token: str, answer: str, secret: str) -> httpx.Response:
    form = {"answer": answer, "secret": secret}
    return await http.post(f"/m/link/{token}/passkey", data=form, headers=SAME)


async def assert_refused(pickup: PickupWorld, answer: httpx.Response, why: str) -> None:
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    detail = await pickup.owner.fetchval(
        "SELECT detail FROM audit_event WHERE tag = 'contact:session:refused'"
        " ORDER BY at DESC, id DESC LIMIT 1"
    )
    assert detail == why


async def test_a_passkey_signs_in_and_reads_at_once(pickup: PickupWorld, http: httpx.AsyncClient):
    token, device = await pickup.send("Your results are in."), PasskeyDevice()
    person = await signed_in(pickup, http, token)
    added = await person.add(device)
    assert "The passkey is ready" in added.text
    answer = await use(http, token, device)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    message = await http.get(answer.headers["location"], headers={"Cookie": f"{COOKIE}={cookie}"})
    assert "Your results are in." in message.text
    assert {"contact:passkey:added", "contact:session:started"} <= set(await pickup.audit())


async def test_a_passkey_that_is_there_already_is_not_added_again(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    token, device = await pickup.send(), PasskeyDevice()
    person = await signed_in(pickup, http, token)
    await person.add(device)
    again = await person.add(device)
    assert "The passkey is ready" not in again.text
    assert "contact:passkey:added (refused)" in await pickup.audit()
    assert (await use(http, token, device)).status_code == 303


async def test_what_was_not_answered_here_and_now_is_refused(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    """Threat 6: another origin, another host, a session's challenge, a replay, a copy, no secret."""
    token, device = await pickup.send(), PasskeyDevice()
    person = await signed_in(pickup, http, token)
    await person.add(device)
    await assert_refused(pickup, await use(http, token, device, origin=ELSEWHERE), "passkey_origin")
    device.host = "text.riverbend.example"
    await assert_refused(pickup, await use(http, token, device), "passkey_not_good")
    device.host = "localhost"
    of_a_session = found(_CHALLENGE, await person.page())
    refused = await use(http, token, device, challenge=of_a_session)
    await assert_refused(pickup, refused, "passkey_challenge")
    await assert_refused(pickup, await use(http, token, device, secret=""), "passkey_no_secret")
    other = PasskeyDevice().secret_text
    await assert_refused(pickup, await use(http, token, device, secret=other), "passkey_secret")
    challenge = found(_CHALLENGE, (await http.get(f"/{token}")).text)
    replayed = device.use(challenge, person.url)
    assert (await send(http, token, replayed, device.secret_text)).status_code == 303
    refused = await send(http, token, replayed, device.secret_text)
    await assert_refused(pickup, refused, "passkey_challenge_used")
    device.counter = 0
    await assert_refused(pickup, await use(http, token, device), "passkey_copied")


async def test_a_passkey_opens_its_own_mailbox_and_no_other(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    mine, theirs = await pickup.send(), await pickup.send("theirs", "+12125550177")
    device = PasskeyDevice()
    await (await signed_in(pickup, http, mine)).add(device)
    await signed_in(pickup, http, theirs)
    await assert_refused(pickup, await use(http, theirs, device), "passkey_other_mailbox")
    assert (await use(http, theirs, PasskeyDevice())).status_code == 403


async def test_a_passkey_that_was_ended_is_dead(pickup: PickupWorld, http: httpx.AsyncClient):
    token, device = await pickup.send(), PasskeyDevice()
    person = await signed_in(pickup, http, token)
    await person.add(device)
    passkey = await pickup.owner.fetchval("SELECT id FROM contact_passkey")
    await person.post(f"{person.path}/end", {"what": str(passkey)})
    assert (await use(http, token, device)).status_code == 403
    left = "SELECT count(*) FROM private_key_wrap WHERE method = 'passkey'"
    assert await pickup.owner.fetchval(left) == 0


async def test_a_way_in_is_added_only_with_the_password(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    """Who finds a phone with a session open can read until it ends, and not stay."""
    person = await signed_in(pickup, http, await pickup.send())
    refused = await person.add(PasskeyDevice(), for_passkey="wrong password")
    assert "That password is not right." in refused.text
    refused = await person.post(f"{person.path}/recovery-code", {"for_code": "wrong password"})
    assert "That password is not right." in refused.text
    ways = "SELECT count(*) FROM private_key_wrap WHERE method IN ('passkey', 'recovery')"
    assert await pickup.owner.fetchval(ways) == 0
    no_secret = await person.add(PasskeyDevice(), secret="")
    assert "This passkey can’t be used here." in no_secret.text


async def test_after_a_reset_the_passkey_opens_earlier_mail_and_then_the_new_mailbox(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    token, device = await pickup.send("old words"), PasskeyDevice()
    await (await signed_in(pickup, http, token)).add(device)
    made = await pickup.use.forgot_password(token, "four yellow lanterns", None)
    await assert_refused(pickup, await use(http, token, device), "passkey_other_mailbox")
    person = Person(http, str(http.base_url).rstrip("/"), made.cookie, made.mailbox)
    earlier = f"/m/{person.mailbox}/earlier"
    answer = device.use(found(_CHALLENGE, await person.page(earlier)), person.url)
    form = {"answer": answer, "secret": PasskeyDevice().secret_text}
    assert "opens no earlier messages" in (await person.post(f"{earlier}/passkey", form)).text
    answer = device.use(found(_CHALLENGE, await person.page(earlier)), person.url)
    form = {"answer": answer, "secret": device.secret_text}
    page = await person.post(f"{earlier}/passkey", form)
    assert "1 earlier message is open again." in page.text
    opened = await use(http, token, device)
    assert (opened.status_code, str(person.mailbox) in opened.headers["location"]) == (303, True)


async def test_the_code_is_shown_once_and_others_are_signed_out(
    pickup: PickupWorld, http: httpx.AsyncClient
):
    token = await pickup.send()
    person = await signed_in(pickup, http, token)
    shown = await person.post(f"{person.path}/recovery-code", {"for_code": PASSWORD})
    code = found(_SHOWN, shown.text)
    assert code not in await person.page()
    there = await pickup.use.sign_in(token, PASSWORD, address="203.0.113.9", earlier_cookie=None)
    await person.post(f"{person.path}/end", {"what": "elsewhere"})
    assert await pickup.use.sessions.resume(there.cookie, person.mailbox) is None
    assert await pickup.use.sessions.resume(person.cookie, person.mailbox) is not None
    for what in ("code", "nonsense"):
        assert (await person.post(f"{person.path}/end", {"what": what})).status_code == 303
    assert "You have a recovery code" not in await person.page()
