"""Passkeys over the wire: adding, signing in, and what is refused (threat 6)."""

import re

import httpx
import pytest
from tests.edges.office.member_client import COOKIE, SAME, MemberClient, member_client
from tests.support.office_world import OfficeWorld
from tests.support.passkey_device import PasskeyDevice
from tests.support.practice_world import PASSWORD, Person

_CHALLENGE = re.compile(r'data-challenge="([^"]+)"')
ELSEWHERE = "https://text.riverbend.example"


def challenge_in(page: str) -> str:
    found = _CHALLENGE.search(page)
    assert found is not None
    return found[1]


async def add(client: MemberClient, origin: str, device: PasskeyDevice, **others: str):
    page = await client.get("/office/account")
    form = {
        "answer": device.register(challenge_in(page.text), origin),
        "secret": device.secret_text,
        "label": "My laptop",
        "for_passkey": PASSWORD,
    }
    return await client.post("/office/account/passkeys", {**form, **others})


async def added(office: OfficeWorld, person: Person, **others: str) -> PasskeyDevice:
    device = PasskeyDevice()
    async with member_client(office, person) as client:
        answer = await add(client, office.url, device, **others)
        assert (answer.status_code, "sign in with this passkey" in answer.text) == (200, True)
    return device


async def challenge_of(office: OfficeWorld) -> str:
    async with httpx.AsyncClient(base_url=office.url) as http:
        return challenge_in((await http.get("/office/sign-in")).text)


async def send(office: OfficeWorld, answer: str, secret: str, password: str = "") -> httpx.Response:
    form = {"answer": answer, "secret": secret, "passkey_password": password}
    async with httpx.AsyncClient(base_url=office.url, timeout=20) as http:
        return await http.post("/office/sign-in/passkey", data=form, headers=SAME)


async def use(office: OfficeWorld, device: PasskeyDevice, **others: str) -> httpx.Response:
    answer = device.use(await challenge_of(office), office.url)
    return await send(
        office, answer, others.get("secret", device.secret_text), others.get("password", "")
    )


async def details(office: OfficeWorld) -> list[str]:
    async with office.world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT detail FROM licorne.audit_event WHERE tag = 'member:session:refused'"
            " ORDER BY at, id"
        )
    return [row["detail"] for row in rows]


async def assert_refused(office: OfficeWorld, answer: httpx.Response, why: str) -> None:
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert (await details(office))[-1] == why


async def test_a_passkey_alone_signs_in_and_opens_what_its_member_reads(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    sent = (await office.world.send(ada, "+12125550123", "Your results are in.")).deliveries[0]
    answer = await use(office, await added(office, ada))
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/mail/inbox")
    cookie = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert cookie is not None
    async with httpx.AsyncClient(base_url=office.url) as http:
        client = MemberClient(http, cookie[1])
        assert "results are in" in (await client.get(f"/office/mail/inbox/{sent.thread}")).text
    assert "member:passkey:added" in await office.world.audit_tags(ada.organization)


async def test_an_assertion_made_for_another_origin_is_refused(office: OfficeWorld):
    device = await added(office, await office.world.add_member("Ada Byron"))
    answer = device.use(await challenge_of(office), ELSEWHERE)
    await assert_refused(office, await send(office, answer, device.secret_text), "passkey_origin")
    device.host = "text.riverbend.example"
    answer = device.use(await challenge_of(office), office.url)
    await assert_refused(office, await send(office, answer, device.secret_text), "passkey_not_good")


async def test_an_assertion_for_another_challenge_is_refused(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    device = await added(office, ada)
    async with member_client(office, ada) as client:
        of_a_session = challenge_in((await client.get("/office/account")).text)
    for challenge in (of_a_session, "A" * 75, ""):
        answer = await send(office, device.use(challenge, office.url), device.secret_text)
        await assert_refused(office, answer, "passkey_challenge")


async def test_an_assertion_that_was_used_is_refused_when_it_is_replayed(office: OfficeWorld):
    device = await added(office, await office.world.add_member("Ada Byron"))
    answer = device.use(await challenge_of(office), office.url)
    assert (await send(office, answer, device.secret_text)).status_code == 303
    await assert_refused(
        office, await send(office, answer, device.secret_text), "passkey_challenge_used"
    )


async def test_a_copied_passkey_that_counts_apart_is_refused(office: OfficeWorld):
    device = await added(office, await office.world.add_member("Ada Byron"))
    assert (await use(office, device)).status_code == 303
    device.counter = 0
    await assert_refused(office, await use(office, device), "passkey_copied")


async def test_a_passkey_of_another_member_is_refused(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    charlie = await office.world.found("Elsewhere", "Charlie Else")
    adas, charlies = await added(office, ada), await added(office, charlie)
    charlies.credential = adas.credential  # signs as Ada's with Charlie's key
    await assert_refused(office, await use(office, charlies), "passkey_not_good")
    answer = await use(office, adas, secret=charlies.secret_text)
    await assert_refused(office, answer, "passkey_secret")


async def test_a_device_that_asked_nobody_who_they_are_is_refused(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    device = await added(office, ada)
    device.verifies = False
    await assert_refused(office, await use(office, device), "passkey_not_good")
    async with member_client(office, ada) as client:
        answer = await add(client, office.url, PasskeyDevice(verifies=False))
        assert (answer.status_code, "can’t be used here" in answer.text) == (422, True)


async def test_a_passkey_that_gives_no_secret_needs_the_password_too_but_no_code(
    office: OfficeWorld,
):
    device = await added(office, await office.world.add_member("Ada Byron"), secret="")
    await assert_refused(office, await use(office, device), "passkey_no_secret")
    await assert_refused(office, await use(office, device, password="guessed"), "passkey_password")
    assert (await use(office, device, password=PASSWORD)).status_code == 303


@pytest.mark.parametrize("secret", [{}, {"secret": ""}])
async def test_a_passkey_that_was_removed_opens_nothing(
    office: OfficeWorld, secret: dict[str, str]
):
    ada = await office.world.add_member("Ada Byron")
    device = await added(office, ada, **secret)
    async with member_client(office, ada) as client:
        page = (await client.get("/office/account")).text
        found = re.search(r"/office/account/ways-in/passkey/[0-9a-f-]+", page)
        assert found is not None
        assert "Passkey: My laptop" in page
        assert (await client.post(found[0])).status_code == 303
        assert "Passkey: My laptop" not in (await client.get("/office/account")).text
    answer = await use(office, device, password=PASSWORD)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "member:passkey:removed" in await office.world.audit_tags(ada.organization)
    async with office.world.owner.before_tenant() as connection:
        left = await connection.fetchval(
            "SELECT count(*) FROM licorne.private_key_wrap WHERE method = 'passkey'"
        )
    assert left == 0


async def test_who_finds_a_session_open_adds_no_passkey_without_the_password(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        answer = await add(client, office.url, PasskeyDevice(), for_passkey="guessed")
        assert (answer.status_code, "isn’t your password" in answer.text) == (422, True)
        page = await client.get("/office/account")
        made = PasskeyDevice().register(challenge_in(page.text), ELSEWHERE)
        answer = await add(client, office.url, PasskeyDevice(), answer=made)
        assert (answer.status_code, "can’t be used here" in answer.text) == (422, True)
    tags = await office.world.audit_tags(ada.organization)
    assert "member:passkey:added (refused)" in tags
    assert "member:passkey:added" not in tags


async def test_a_passkey_that_is_there_already_is_not_added_again(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    device = await added(office, ada)
    async with member_client(office, ada) as client:
        answer = await add(client, office.url, device)
        assert (answer.status_code, "can’t be used here" in answer.text) == (422, True)
    assert "member:passkey:added (refused)" in await office.world.audit_tags(ada.organization)
    assert (await use(office, device)).status_code == 303


async def test_charlie_adds_and_removes_no_passkey_of_others(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    charlie = await office.world.found("Elsewhere", "Charlie Else")
    device = await added(office, ada)
    async with member_client(office, ada) as client:
        page = (await client.get("/office/account")).text
        found = re.search(r"/office/account/ways-in/passkey/[0-9a-f-]+", page)
        assert found is not None
        adas_challenge = challenge_in(page)
    async with member_client(office, charlie) as client:
        assert (await client.post(found[0])).status_code == 404
        made = PasskeyDevice().register(adas_challenge, office.url)
        assert (await add(client, office.url, PasskeyDevice(), answer=made)).status_code == 422
        forged = await client.post("/office/account/passkeys", {}, token="of nobody")
        assert forged.status_code == 403
    async with httpx.AsyncClient(base_url=office.url) as http:
        answer = await http.post("/office/account/passkeys", headers=SAME)
        assert answer.status_code == 401
        away = {"Sec-Fetch-Site": "cross-site"}
        assert (await http.post("/office/sign-in/passkey", headers=away)).status_code == 403
    assert (await use(office, device)).status_code == 303


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"rawId": 5, "response": {}}'])
async def test_what_is_no_answer_is_refused(office: OfficeWorld, answer: str):
    await office.world.add_member("Ada Byron")
    assert (await send(office, answer, "!")).status_code == 403


async def test_somebody_who_was_suspended_gets_in_by_no_passkey(office: OfficeWorld):
    owner = await office.world.found()
    ada = await office.world.add_member("Ada Byron", organization=owner.organization)
    device = await added(office, ada)
    async with office.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.member SET suspended_at = now() WHERE id = $1", ada.id
        )
    await assert_refused(office, await use(office, device), "passkey_suspended")
