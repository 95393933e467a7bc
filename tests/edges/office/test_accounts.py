"""A member's own account, and what an owner or officer can end of others'."""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.edges.office.member_client import member_client
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import PASSWORD, Person

from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.governing.keep_tokens import KeepTokens
from licorne.application.governing.sign_in_member import SignInRefused
from licorne.application.governing.start_member_session import SignedIn
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.role import Role
from licorne.store import app_passwords, tokens
from licorne.vault.access_secrets import api_token_lookup, app_password_lookup
from licorne.vault.totp import code_at

NEW = "a quite different phrase"
MAILS_ON = 'name="reply_mails" value="yes" checked'


async def sign_in(office: OfficeWorld, person: Person, password: str, secret: str):
    office.world.clock.advance(timedelta(seconds=31))
    code = code_at(secret, office.world.clock.now().timestamp())
    return await office.world.sign_in_member(
        person.email, password, code, address="127.0.0.1", earlier_cookie=None
    )


async def test_a_changed_password_opens_and_the_old_one_and_other_sessions_do_not(
    office: OfficeWorld,
):
    ada = await office.world.add_member("Ada Byron")
    sent = (await office.world.send(ada, "+12125550123", "Your results are in.")).deliveries[0]
    elsewhere = await office.world.sign_in(ada)
    async with member_client(office, ada) as client:
        form = {"current": PASSWORD, "password": NEW}
        answer = await client.post("/office/account/password", form)
        assert (answer.status_code, "was changed" in answer.text) == (200, True)
        assert (await client.get("/office/account")).status_code == 200
    assert await office.world.resume(elsewhere.cookie) is None
    assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignInRefused)
    signed_in = await sign_in(office, ada, NEW, ada.totp_secret)
    assert isinstance(signed_in, SignedIn)
    async with member_client(office, replace(ada, password=NEW)) as client:
        assert "results are in" in (await client.get(f"/office/mail/inbox/{sent.thread}")).text
    assert "member:password:changed" in await office.world.audit_tags(ada.organization)


async def test_a_found_session_can_not_change_the_password_or_the_app_without_the_password(
    office: OfficeWorld,
):
    ada = await office.world.add_member("Ada Byron")
    secret = "A" * 32
    async with member_client(office, ada) as client:
        code = code_at(secret, office.world.clock.now().timestamp())
        for path, form in {
            "/office/account/password": {"current": "guessed", "password": NEW},
            "/office/account/authenticator": {"current": "guess", "secret": secret, "code": code},
            "/office/account/recovery-code": {"for_code": "guessed"},
        }.items():
            answer = await client.post(path, form)
            assert (answer.status_code, "isn’t your password" in answer.text) == (422, True), path
        for _ in range(8):
            answer = await client.post("/office/account/recovery-code", {"for_code": "guessed"})
        assert "15 minutes" in answer.text
    tags = await office.world.audit_tags(ada.organization)
    for tag in ("password:changed", "authenticator:changed", "recovery_code:made"):
        assert f"member:{tag} (refused)" in tags
        assert f"member:{tag}" not in tags


async def test_another_app_replaces_the_first_only_once_it_was_seen_to_work(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        page = (await client.get("/office/account/authenticator")).text
        found = re.search(r'name="secret" value="([A-Z2-7]+)"', page)
        assert found is not None
        assert "viewBox" in page  # else a narrow page would cut the picture off
        secret = found[1]
        form = {"current": PASSWORD, "secret": secret, "code": "000000"}
        answer = await client.post("/office/account/authenticator", form)
        assert (answer.status_code, secret in answer.text) == (422, True)
        assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignedIn)
        form["code"] = code_at(secret, office.world.clock.now().timestamp())
        assert (await client.post("/office/account/authenticator", form)).status_code == 200
    assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignInRefused)
    assert isinstance(await sign_in(office, ada, PASSWORD, secret), SignedIn)


@pytest.mark.parametrize("secret", ["", "A", "AAAAAAAA", "not base32!", "é" * 32])
async def test_a_second_factor_is_never_taken_away_or_made_weak(office: OfficeWorld, secret: str):
    """NPRM 2025 on 45 CFR 164.312: no switching off."""
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        form = {"current": PASSWORD, "secret": secret, "code": ""}
        answer = await client.post("/office/account/authenticator", form)
        assert answer.headers.get("location") == "/office/account/authenticator"
    assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignedIn)


@dataclass(frozen=True)
class Programs:
    """An app password and a token: their ids, and what the programs hold."""

    app_password: uuid.UUID
    token: uuid.UUID
    secrets: tuple[str, str]


async def add_programs(office: OfficeWorld, person: Person) -> Programs:
    world = office.world
    keep = KeepAppPasswords(world.app, world.keyring, world.randomness, world.acts)
    made = await keep.add(await world.as_member(person), "Mail on the laptop")
    tokens_of = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
    token = await tokens_of.add(
        await world.as_member(person),
        Actor(ActorKind.MEMBER, person.id),
        "The scheduler",
        {Scope.SEND},
        timedelta(days=1),
    )
    return Programs(made.id, token.id, (made.secret, token.secret))


async def serving(office: OfficeWorld, programs: Programs) -> tuple[bool, bool]:
    """Whether the app password and the token that were made still let somebody in."""
    program, token = programs.secrets
    keyring = office.world.keyring
    async with office.world.app.before_tenant() as connection:
        found = await app_passwords.find(connection, app_password_lookup(keyring, program))
        (called,) = await tokens.find_all(connection, [api_token_lookup(keyring, token)])
    assert found is not None
    assert called is not None
    return not found.revoked, not called.revoked


async def test_ones_own_ways_in_are_listed_and_end_at_once(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    programs = await add_programs(office, ada)
    elsewhere = await office.world.sign_in(ada)
    session = (await office.world.resume(elsewhere.cookie)).cookie_hash[:16]
    async with member_client(office, ada) as client:
        page = (await client.get("/office/account")).text
        for label in ("This session", "Mail on the laptop", "The scheduler"):
            assert label in page
        for way in (
            f"session/{uuid.UUID(bytes=session)}",
            f"app-password/{programs.app_password}",
            f"token/{programs.token}",
        ):
            answer = await client.post(f"/office/account/ways-in/{way}")
            assert answer.status_code == 303, way
            again = await client.post(f"/office/account/ways-in/{way}")
            assert again.status_code == 404, way
    assert await office.world.resume(elsewhere.cookie) is None
    assert await serving(office, programs) == (False, False)


async def test_an_officer_ends_a_members_ways_in_and_charlie_of_elsewhere_nobodys(
    office: OfficeWorld,
):
    world = office.world
    owner = await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    charlie = await world.found("Elsewhere", "Charlie Else")
    programs = await add_programs(office, ada)
    paths = [
        f"/office/members/{ada.id}/ways-in/app-password/{programs.app_password}",
        f"/office/members/{ada.id}/ways-in/token/{programs.token}",
    ]
    for person, status in ((bob, 403), (charlie, 404)):
        async with member_client(office, person) as client:
            assert (await client.get(f"/office/members/{ada.id}")).status_code == status
            for path in paths:
                assert (await client.post(path)).status_code == status, person.name
            own = f"/office/account/ways-in/app-password/{programs.app_password}"
            assert (await client.post(own)).status_code == 404
    assert await serving(office, programs) == (True, True)
    async with member_client(office, grace) as client:
        assert "The scheduler" in (await client.get(f"/office/members/{ada.id}")).text
        assert (await client.get(f"/office/members/{owner.id}")).status_code == 404
        for path in paths:
            assert (await client.post(path)).status_code == 303
    assert await serving(office, programs) == (False, False)


async def lock_out(office: OfficeWorld, person: Person) -> None:
    async with office.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.member SET failed_sign_ins = 100 WHERE id = $1", person.id
        )


async def test_an_officer_lets_a_locked_out_member_try_again(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    grace = await office.world.add_member("Grace Hopper", Role.OFFICER)
    await lock_out(office, ada)
    assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignInRefused)
    async with member_client(office, grace) as client:
        assert "Locked out" in (await client.get("/office/members")).text
        answer = await client.post(f"/office/members/{ada.id}", {"act": "unlock"})
        assert answer.status_code == 303
    assert isinstance(await sign_in(office, ada, PASSWORD, ada.totp_secret), SignedIn)


async def test_a_member_switches_mails_about_replies_off_and_on(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    async with member_client(office, ada) as client:
        assert MAILS_ON in (await client.get("/office/account")).text
        assert "no emails" in (await client.post("/office/account/mails")).text
        assert MAILS_ON not in (await client.get("/office/account")).text
        answer = await client.post("/office/account/mails", {"reply_mails": "yes"})
        assert MAILS_ON in answer.text
    assert (await office.world.audit_tags(ada.organization)).count(
        "member:mail_wishes:changed"
    ) == 2
