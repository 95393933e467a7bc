"""Invitations, members who come back, and forgotten passwords, from the page to the open message."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tests.edges.office.member_client import SAME, MemberClient, member_client
from tests.support.api_world import token_for
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import PASSWORD, Person

from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.governing.sign_in_member import SignInRefused
from licorne.application.governing.start_member_session import SignedIn
from licorne.domain.identity.role import Role
from licorne.store import app_passwords, tokens
from licorne.vault.access_secrets import api_token_lookup, app_password_lookup, invitation_lookup
from licorne.vault.totp import code_at

EMAIL = "bob@riverbend.example"
PASSPHRASE = "seven grey herons"
NUMBER = "+12125550123"


@pytest.fixture
async def http(office: OfficeWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=office.url, timeout=20) as made:
        yield made


def link_in(text: str) -> str:
    found = re.search(r"/office/join/[0-9a-z]+", text)
    assert found is not None, text[:2000]
    return found[0]


async def invite(client: MemberClient, role: str = "member", email: str = EMAIL) -> str:
    answer = await client.post("/office/members/invite", {"email": email, "role": role})
    assert answer.status_code == 200, answer.text
    return link_in(answer.text)


async def set_up(
    office: OfficeWorld, http: httpx.AsyncClient, link: str, **others: str
) -> tuple[httpx.Response, str]:
    """Set up as a person does; gives the answer and the authenticator's secret."""
    page = (await http.get(link)).text
    found = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
    assert found is not None, page[:2000]
    secret = found[1]
    code = code_at(secret, office.world.clock.now().timestamp())
    form = {"name": "Bob Rivers", "password": PASSPHRASE, "secret": secret, "code": code, **others}
    return await http.post(link, data=form, headers=SAME), secret


async def sign_in(office: OfficeWorld, email: str, password: str, secret: str):
    office.world.clock.advance(timedelta(seconds=31))
    code = code_at(secret, office.world.clock.now().timestamp())
    return await office.world.sign_in_member(
        email, password, code, address="127.0.0.1", earlier_cookie=None
    )


def recovery_code_in(text: str) -> str:
    found = re.search(r'id="recovery-code">([^<]+)<', text)
    assert found is not None, text[:2000]
    return found[1]


async def test_an_invited_person_sets_up_their_own_sign_in_and_the_link_serves_once(
    office: OfficeWorld, http: httpx.AsyncClient
):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        link = await invite(client)
        assert EMAIL in (await client.get("/office/members")).text
    for _ in range(3):
        assert (await http.get(link)).status_code == 200  # looking uses nothing up
    wrong, _secret = await set_up(office, http, link, code="000000")
    assert (wrong.status_code, "isn’t right" in wrong.text) == (422, True)
    weak, _secret = await set_up(office, http, link, password="password")
    assert weak.status_code == 422
    done, secret = await set_up(office, http, link)
    assert (done.status_code, "recovery code" in done.text) == (200, True)
    assert isinstance(await sign_in(office, EMAIL, PASSPHRASE, secret), SignedIn)
    assert (await http.get(link)).status_code == 404
    again = {"name": "Eve", "password": "eve comes second", "secret": secret, "code": "000000"}
    assert (await http.post(link, data=again, headers=SAME)).status_code == 404
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:member:invited") == tags.count("member:invitation:accepted") == 1


async def test_what_is_refused_on_the_page_of_an_invitation_is_in_the_practices_trail(
    office: OfficeWorld, http: httpx.AsyncClient
):
    """45 CFR 164.312(b)."""
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        link, other = await invite(client), await invite(client, email="eve@riverbend.example")
    for refused in ({"code": "000000"}, {"password": "password"}, {"name": " "}):
        answer, _secret = await set_up(office, http, link, **refused)
        assert answer.status_code == 422
    # Somebody set themself up with the address meanwhile, elsewhere.
    async with office.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.member SET email_lookup ="
            " (SELECT email_lookup FROM licorne.invitation WHERE token_hash = $1)"
            " WHERE id = $2",
            invitation_lookup(office.world.keyring, other.rpartition("/")[2]),
            owner.id,
        )
    answer, _secret = await set_up(office, http, other)
    assert (answer.status_code, "already signs in with" in answer.text) == (422, True)
    async with office.world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT detail FROM licorne.audit_event WHERE tag = 'member:invitation:refused'"
            " AND organization_id = $1 AND outcome = 'refused' AND actor_kind = 'nobody'"
            " ORDER BY at, id",
            owner.organization,
        )
    assert [row["detail"] for row in rows] == ["code", "password", "name", "email_in_use"]


async def test_a_link_is_kept_as_a_hash_and_ends_by_itself(
    office: OfficeWorld, http: httpx.AsyncClient
):
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        link = await invite(client)
    async with office.world.owner.before_tenant() as connection:
        row = await connection.fetchrow("SELECT * FROM licorne.invitation")
    token = link.rpartition("/")[2]
    assert token not in str(dict(row))
    assert EMAIL not in str(dict(row))
    office.world.clock.advance(timedelta(days=7, seconds=1))
    assert (await http.get(link)).status_code == 404
    assert (await http.get("/office/join/" + "a" * 32)).status_code == 404


async def test_an_invitation_ends_when_it_is_withdrawn_renewed_or_its_maker_is_gone(
    office: OfficeWorld, http: httpx.AsyncClient
):
    owner = await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    async with member_client(office, owner) as client, member_client(office, grace) as officer:
        first = await invite(officer)
        second = await invite(officer)
        assert (await http.get(first)).status_code == 404
        assert (await http.get(second)).status_code == 200
        page = (await client.get("/office/members")).text
        found = re.search(r"/office/members/invitations/[0-9a-f-]+/withdraw", page)
        assert found is not None
        third = await invite(officer, email="third@riverbend.example")
        assert (await client.post(found[0])).status_code == 303
        assert (await http.get(second)).status_code == 404
        await client.post(f"/office/members/{grace.id}", {"act": "suspend"})
        assert (await http.get(third)).status_code == 404


async def test_nobody_invites_above_themself_and_charlie_of_elsewhere_withdraws_nothing(
    office: OfficeWorld, http: httpx.AsyncClient
):
    owner = await office.world.found()
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    charlie = await office.world.found("Elsewhere", "Charlie Else")
    async with member_client(office, grace) as client:
        for role in ("owner", "officer", "emperor", ""):
            answer = await client.post("/office/members/invite", {"email": EMAIL, "role": role})
            assert answer.status_code == 422, role
        link = await invite(client)
    async with office.world.owner.before_tenant() as connection:
        made = await connection.fetchval("SELECT id FROM licorne.invitation")
    async with member_client(office, charlie) as client:
        answer = await client.post(f"/office/members/invitations/{made}/withdraw")
        assert answer.status_code == 404
        assert EMAIL not in (await client.get("/office/members")).text
        taken = {"email": owner.email, "role": "member"}
        assert (await client.post("/office/members/invite", taken)).status_code == 422
        back = await client.post(f"/office/members/{grace.id}/let-back", {"proof": "in_person"})
        assert back.status_code == 404
    assert (await http.get(link)).status_code == 200
    tags = await office.world.audit_tags(owner.organization)
    assert tags.count("member:member:invited (refused)") == 2


async def test_a_setting_up_from_another_site_is_refused(
    office: OfficeWorld, http: httpx.AsyncClient
):
    """Threat 25."""
    owner = await office.world.found()
    async with member_client(office, owner) as client:
        link = await invite(client)
    for path in (link, "/office/forgotten"):
        answer = await http.post(path, data={}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403


async def recovery_code(office: OfficeWorld, person: Person) -> str:
    async with member_client(office, person) as client:
        answer = await client.post("/office/account/recovery-code", {"for_code": PASSWORD})
        return recovery_code_in(answer.text)


async def forget(
    office: OfficeWorld, http: httpx.AsyncClient, person: Person, paper: str, **others: str
) -> httpx.Response:
    office.world.clock.advance(timedelta(seconds=31))
    form = {
        "email": person.email,
        "recovery_code": paper,
        "code": office.world.code(person),
        "password": PASSPHRASE,
        **others,
    }
    return await http.post("/office/forgotten", data=form, headers=SAME)


async def test_a_forgotten_password_is_replaced_by_the_code_on_paper_and_nothing_is_lost(
    office: OfficeWorld, http: httpx.AsyncClient
):
    ada = await office.world.add_member("Ada Byron")
    sent = (await office.world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    code = await recovery_code(office, ada)
    elsewhere = await office.world.sign_in(ada)
    done = await forget(office, http, ada, code.upper().replace(" ", ""))
    assert done.status_code == 200, done.text
    assert await office.world.resume(elsewhere.cookie) is None
    with_new = replace(ada, password=PASSPHRASE)
    async with member_client(office, with_new) as client:
        assert "results are in" in (await client.get(f"/office/mail/inbox/{sent.thread}")).text
    assert isinstance(await sign_in(office, ada.email, PASSWORD, ada.totp_secret), SignInRefused)
    assert (await forget(office, http, ada, code)).status_code == 422  # used up
    following = recovery_code_in(done.text)
    assert (await forget(office, http, ada, following)).status_code == 200
    assert "member:password:recovered" in await office.world.audit_tags(ada.organization)


async def test_a_recovery_takes_the_second_factor_too_and_says_one_thing(
    office: OfficeWorld, http: httpx.AsyncClient
):
    """Threat 22, and that no way in leaves the second factor out."""
    ada = await office.world.add_member("Ada Byron")
    code = await recovery_code(office, ada)
    sentence = "The email address, the recovery code or the app’s code isn’t right."
    for others in (
        {"code": "000000"},
        {"code": ""},
        {"recovery_code": "0000 " * 8},
        {"recovery_code": "x"},
        {"email": "nobody@riverbend.example"},
        {"email": "not an address"},
    ):
        answer = await forget(office, http, ada, code, **others)
        assert (answer.status_code, sentence in answer.text) == (422, True), others
    assert isinstance(await sign_in(office, ada.email, PASSWORD, ada.totp_secret), SignedIn)
    for _ in range(10):
        answer = await forget(office, http, ada, "0000 " * 8)
    assert answer.status_code == 429


async def let_back(
    office: OfficeWorld, http: httpx.AsyncClient, client: MemberClient, person: Person
) -> Person:
    answer = await client.post(f"/office/members/{person.id}/let-back", {"proof": "in_person"})
    assert answer.status_code == 200, answer.text
    done, secret = await set_up(office, http, link_in(answer.text))
    assert done.status_code == 200, done.text
    return replace(person, password=PASSPHRASE, totp_secret=secret)


async def test_a_member_who_lost_everything_comes_back_and_gets_their_conversations_back(
    office: OfficeWorld, http: httpx.AsyncClient
):
    world = office.world
    owner = await world.found()
    ada = await world.add_member("Ada Byron")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    elsewhere = await world.sign_in(ada)
    async with member_client(office, owner) as client:
        assert (
            await client.post(f"/office/members/{ada.id}/let-back", {"proof": "a feeling"})
        ).status_code == 422
        back = await let_back(office, http, client, ada)
        assert await world.resume(elsewhere.cookie) is None
        path = f"/office/mail/inbox/{sent.thread}"
        async with member_client(office, back) as returned:
            assert "results are in" not in (await returned.get(path)).text
            assert "Ada Byron" in (await client.get("/office/members")).text
            done = await client.post("/office/members/hand-over")
            assert "1 message was handed over" in done.text
            assert "results are in" in (await returned.get(path)).text
            assert "results are in" not in done.text
        assert "wait to be handed over" not in (await client.get("/office/members")).text
    for password in (PASSWORD, PASSPHRASE):
        old = await sign_in(office, ada.email, password, ada.totp_secret)
        assert isinstance(old, SignInRefused)
    tags = await world.audit_tags(ada.organization)
    assert {"member:member:let_back", "member:message:handed_over"} <= set(tags)


async def test_what_a_thief_got_in_by_before_the_member_came_back_ends_with_it(
    office: OfficeWorld, http: httpx.AsyncClient
):
    """Threat 24: until the member has set a new password, the stolen one serves."""
    world = office.world
    owner, ada = await world.found(), await world.add_member("Ada Byron")
    async with member_client(office, owner) as client:
        answer = await client.post(f"/office/members/{ada.id}/let-back", {"proof": "in_person"})
    thief = await world.sign_in(ada)
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    program = (await keep.add(await world.as_member(ada), "The thief's")).secret
    token = (await token_for(world, ada)).secret
    done, _secret = await set_up(office, http, link_in(answer.text))
    assert done.status_code == 200
    assert await world.resume(thief.cookie) is None
    async with world.app.before_tenant() as connection:
        found = await app_passwords.find(connection, app_password_lookup(world.keyring, program))
        (called,) = await tokens.find_all(connection, [api_token_lookup(world.keyring, token)])
    assert found is not None
    assert called is not None
    assert (found.revoked, called.revoked) == (True, True)


async def test_who_cannot_open_the_practices_copies_hands_nothing_over(
    office: OfficeWorld, http: httpx.AsyncClient
):
    world = office.world
    await world.found()
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    ada = await world.add_member("Ada Byron")
    sent = (await world.send(ada, NUMBER, "Your results are in.")).deliveries[0]
    async with member_client(office, grace) as client:
        back = await let_back(office, http, client, ada)
        done = await client.post("/office/members/hand-over")
        assert "0 messages were handed over. Some need somebody else" in done.text
        assert "wait to be handed over" in (await client.get("/office/members")).text
    async with member_client(office, back) as returned:
        page = await returned.get(f"/office/mail/inbox/{sent.thread}")
        assert "results are in" not in page.text


async def test_the_only_one_who_opens_the_practices_copies_is_not_let_back_into_losing_them(
    office: OfficeWorld,
):
    world = office.world
    owner = await world.found()
    second = await world.add_member("Oskar Owner", Role.OWNER)
    async with member_client(office, second) as client:
        answer = await client.post(f"/office/members/{owner.id}/let-back", {"proof": "in_person"})
        assert answer.status_code == 404
    async with world.owner.before_tenant() as connection:
        detail = await connection.fetchval(
            "SELECT detail FROM licorne.audit_event WHERE tag = 'member:member:let_back'"
        )
    assert detail == "only_record_holder"
    assert await world.resume((await world.sign_in(owner)).cookie) is not None
