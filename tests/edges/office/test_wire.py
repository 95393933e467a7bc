"""The office as requests see it: sessions, roles, tenants, forged forms, headers."""

import asyncio
import json
import uuid
from typing import Any

import httpx
import pytest
from tests.edges.office.member_client import COOKIE, SAME, MemberClient, member_client
from tests.edges.office.test_roles import shown
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

from licorne.application.sending.outcome import SentDelivery
from licorne.domain.identity.member_session import IDLE_LIMIT
from licorne.domain.message.attachment import Attachment
from licorne.edges.office.route_permissions import NEEDS

NUMBER = "+12125550123"
PAGES = [shown(path) for (method, path), needs in NEEDS.items() if method == "GET" and needs]
FORMS = [shown(path) for (method, path), needs in NEEDS.items() if method == "POST" and needs]


@pytest.fixture
async def http(office: OfficeWorld):
    async with httpx.AsyncClient(base_url=office.url, timeout=20) as made:
        yield made


async def test_without_a_session_every_page_is_401_with_the_sign_in_form(http: httpx.AsyncClient):
    for path in PAGES:
        answer = await http.get(path)
        assert answer.status_code == 401, path
        assert "Sign in" in answer.text
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_session_every_form_is_401_and_with_a_made_up_one_too(
    http: httpx.AsyncClient,
):
    for path in FORMS:
        assert (await http.post(path, headers=SAME)).status_code == 401, path
        forged = {"Cookie": f"{COOKIE}={'A' * 43}", **SAME}
        assert (await http.post(path, headers=forged)).status_code == 401, path


async def test_forms_from_another_site_and_without_their_token_are_refused(office: OfficeWorld):
    """Threat 25."""
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        for path in FORMS:
            cross = await client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
            assert cross.status_code == 403, path
            assert (await client.post(path, token="of another session")).status_code == 403, path
        assert (await client.get("/office/mail/inbox")).status_code == 200


async def send(
    office: OfficeWorld, author: Person, text: str = "Your results are in.", **others: Any
) -> SentDelivery:
    return (await office.world.send(author, NUMBER, text, **others)).deliveries[0]


async def refusals(
    client: MemberClient, thread: uuid.UUID, delivery: uuid.UUID, contact: uuid.UUID | None
) -> dict[str, int]:
    """Ask for everything that has an id, with somebody else's ids."""
    gets = [
        f"/office/mail/inbox/{thread}",
        f"/office/mail/inbox/{thread}/before/{delivery}",
        f"/office/parts/thread/{thread}",
        f"/office/parts/message/{delivery}",
        f"/office/parts/delivery/{delivery}",
        f"/office/deliveries/{delivery}/recall",
        f"/office/deliveries/{delivery}/passphrase",
        f"/office/deliveries/{delivery}/attachments/1",
        f"/office/deliveries/{delivery}/formatted",
    ]
    posts = {
        f"/office/mail/inbox/{thread}/done": {"done": "yes"},
        f"/office/mail/inbox/{thread}/answer": {"text": "mine"},
        f"/office/deliveries/{delivery}/recall": {},
        f"/office/deliveries/{delivery}/nudge": {},
        f"/office/deliveries/{delivery}/passphrase": {"passphrase": "mine now"},
    }
    if contact is not None:
        gets.append(f"/office/contacts/{contact}")
        posts |= {
            f"/office/contacts/{contact}/name": {"name": "Mallory"},
            f"/office/contacts/{contact}/texting": {"texting": "stop"},
            f"/office/contacts/{contact}/remove": {},
            f"/office/contacts/{contact}/give-back": {"proof": "in_person"},
        }
    answers = {path: await client.get(path) for path in gets}
    answers |= {f"POST {path}": await client.post(path, data) for path, data in posts.items()}
    for path, answer in answers.items():
        assert "results are in" not in answer.text, path
    return {path: answer.status_code for path, answer in answers.items()}


async def test_charlie_of_the_same_practice_and_eve_of_another_get_nothing_of_adas(
    office: OfficeWorld,
):
    """Threats 11 and 12: every route that takes an id, with somebody else's."""
    world = office.world
    ada = await world.add_member("Ada Byron")
    charlie = await world.add_member("Charlie Chaplin")
    eve = await world.found("Elsewhere", "Eve Else")
    sent = await send(
        office, ada, attachments=(Attachment("a.txt", "text/plain", b"results are in"),)
    )
    async with world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    async with member_client(office, charlie) as client:
        statuses = await refusals(client, sent.thread, sent.id, None)
        assert set(statuses.values()) == {404}, statuses
    async with member_client(office, eve) as client:
        statuses = await refusals(client, sent.thread, sent.id, contact)
        assert set(statuses.values()) == {404}, statuses
    async with member_client(office, ada) as client:
        assert "results are in" in (await client.get(f"/office/mail/inbox/{sent.thread}")).text


async def test_an_idle_session_is_401_and_live_updates_did_not_keep_it(office: OfficeWorld):
    """45 CFR 164.312(a)(2)(iii)."""
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        assert (await client.get("/office/mail/inbox")).status_code == 200
        office.world.clock.advance(IDLE_LIMIT * 0.9)
        assert (await client.get("/office/parts/list/inbox")).status_code == 200
        office.world.clock.advance(IDLE_LIMIT * 0.2)
        answer = await client.get("/office/mail/inbox")
        assert answer.status_code == 401
        assert "signed out because nothing happened" in answer.text
        part = await client.get("/office/parts/list/inbox", **{"HX-Request": "true"})
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/office/sign-in")


async def test_signing_out_kills_the_cookie_even_if_somebody_copied_it(office: OfficeWorld):
    """Threat 24."""
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        answer = await client.post("/office/sign-out")
        assert answer.status_code == 303
        assert f"{COOKIE}=" in answer.headers["set-cookie"]
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert (await client.get("/office/mail/inbox")).status_code == 401


async def test_the_cookie_is_secure_http_only_host_bound_and_always_a_new_one(
    office: OfficeWorld, http: httpx.AsyncClient
):
    ada = await office.world.add_member("Ada Byron")
    planted = "B" * 43
    form = {"email": ada.email, "password": ada.password, "code": office.world.code(ada)}
    answer = await http.post(
        "/office/sign-in", data=form, headers={**SAME, "Cookie": f"{COOKIE}={planted}"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/office/mail/inbox")
    cookie = answer.headers["set-cookie"]
    assert planted not in cookie
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert word in cookie
    assert "Domain" not in cookie


async def test_after_signing_in_one_goes_to_the_offices_own_pages_only(
    office: OfficeWorld, http: httpx.AsyncClient
):
    ada = await office.world.add_member("Ada Byron")
    for target in ("https://evil.example/", "//evil.example", "/office/mail/\\evil", "/api/v1"):
        office.world.clock.advance(IDLE_LIMIT)
        form = {
            "email": ada.email,
            "password": ada.password,
            "code": office.world.code(ada),
            "next": target,
        }
        answer = await http.post("/office/sign-in", data=form, headers=SAME)
        assert answer.headers["location"] == "/office/mail/inbox"


async def test_a_wrong_sign_in_says_one_thing_and_throttling_another(
    office: OfficeWorld, http: httpx.AsyncClient
):
    ada = await office.world.add_member("Ada Byron")
    answers = []
    for _ in range(11):
        form = {"email": ada.email, "password": "wrong password", "code": "000000"}
        answers.append(await http.post("/office/sign-in", data=form, headers=SAME))
    assert [one.status_code for one in answers] == [403] * 10 + [429]
    assert "isn’t right" in answers[0].text
    assert "wrong password" not in answers[0].text
    assert "15 minutes" in answers[-1].text


async def test_a_form_that_is_sent_twice_is_one_message(office: OfficeWorld):
    """Threat 34, as a double click."""
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        data = {"to": NUMBER, "text": "Only once", "once": "f" * 32}
        first, second = await asyncio.gather(
            client.post("/office/compose", data), client.post("/office/compose", data)
        )
        assert first.headers["location"] == second.headers["location"]
        assert (await client.get(first.headers["location"])).text.count("Only once") == 1
        changed = await client.post("/office/compose", {**data, "text": "Something else"})
        assert changed.status_code == 422
        assert "sent before with another text" in changed.text


async def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        answer = await client.post(
            "/office/compose", {"to": "911", "text": "Keep these words", "subject": "Kept, too"}
        )
        assert answer.status_code == 422
        for kept in ("emergency number", "Keep these words", "Kept, too"):
            assert kept in answer.text
        empty = await client.post("/office/compose", {"to": NUMBER, "text": " "})
        assert "Write something or attach a file" in empty.text
        program = await client.post(
            "/office/compose",
            {"to": NUMBER, "text": "see file"},
            files={"files": ("run.exe", b"MZ", "application/octet-stream")},
        )
        assert program.status_code == 422
        assert ".exe" in program.text


SVG = b"<svg><script>alert(1)</script></svg>"


async def test_files_go_out_and_come_back_as_downloads_that_can_run_nothing(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        sent = await client.post(
            "/office/compose",
            {"to": NUMBER, "text": "see file"},
            files={"files": ("Röntgen.svg", SVG, "image/svg+xml")},
        )
        page = (await client.get(sent.headers["location"])).text
        path = page.partition('href="/office/deliveries/')[2].partition('"')[0]
        answer = await client.get(f"/office/deliveries/{path}")
        assert answer.content == SVG
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["content-security-policy"]


async def test_live_updates_carry_ids_of_ones_own_threads_only_and_end_with_the_session(
    office: OfficeWorld,
):
    world = office.world
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    mine, others = await send(office, ada), await send(office, bob)
    heard: list[str] = []
    async with member_client(office, ada) as client:
        cookie = {"Cookie": f"{COOKIE}={client.cookie}"}
        async with client.http.stream("GET", "/office/live", headers=cookie) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")

            async def act() -> None:
                await world.reply(bob, others, "canary of Bob's")
                await world.reply(ada, mine, "canary of Ada's")
                await asyncio.sleep(0.5)
                world.clock.advance(IDLE_LIMIT * 1.1)

            acting = asyncio.create_task(act())
            async with asyncio.timeout(15):
                heard = [line async for line in stream.aiter_lines() if line]
            await acting
    told = "\n".join(heard)
    assert f"data: {mine.thread}" in told
    assert str(others.thread) not in told
    assert "canary" not in told
    assert "event: session-over" in told


async def test_one_page_of_a_thread_names_the_messages_it_could_show_and_no_more(
    office: OfficeWorld,
):
    ada = await office.world.add_member("Ada Byron")
    sent = await send(office, ada)
    async with member_client(office, ada) as client:
        before = len(await office.world.audit_tags(ada.organization))
        answer = await client.get(f"/office/parts/thread/{sent.thread}")
        assert json.loads(answer.text) == [str(sent.id)]
        part = (await client.get(f"/office/parts/delivery/{sent.id}")).text
        assert "results are in" not in part
        assert len(await office.world.audit_tags(ada.organization)) == before


async def test_who_writes_for_long_is_not_idle(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        await client.token()
        for _ in range(3):
            office.world.clock.advance(IDLE_LIMIT * 0.9)
            assert (await client.post("/office/here")).status_code == 204
        assert (await client.get("/office/mail/inbox")).status_code == 200


async def test_a_request_that_nobody_reads_opens_nothing(office: OfficeWorld):
    """Threat 5, as a browser that fetches ahead."""
    ada = await office.world.add_member("Ada Byron")
    sent = await send(office, ada)
    async with member_client(office, ada) as client:
        path = f"/office/mail/inbox/{sent.thread}"
        before = await office.world.audit_tags(ada.organization)
        ahead = await client.get(path, **{"Sec-Purpose": "prefetch"})
        head = await client.http.head(path, headers={"Cookie": f"{COOKIE}={client.cookie}"})
        assert (ahead.status_code, head.status_code) == (403, 403)
        assert await office.world.audit_tags(ada.organization) == before
        assert (await client.get(path)).status_code == 200
