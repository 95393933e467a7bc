"""A member's way in: password and code together, once each."""

import asyncio
import math
import statistics
import time
from datetime import timedelta

import pytest
from tests.support.practice_world import PracticeWorld

from licorne.application.governing.end_member_session import EndMemberSession
from licorne.application.governing.govern_members import GovernMembers, MemberChange
from licorne.application.governing.sign_in_member import (
    TOO_MANY,
    WRONG,
    SignedIn,
    SignInMember,
    SignInRefused,
)
from licorne.application.member_acts import NotPermitted
from licorne.domain.identity.member_session import ABSOLUTE_LIMIT, IDLE_LIMIT
from licorne.domain.identity.role import Role


async def attempt(
    world: PracticeWorld, email: str, password: str, code: str, earlier: str | None = None
) -> SignedIn | SignInRefused:
    return await world.sign_in_member(
        email, password, code, address="192.0.2.1", earlier_cookie=earlier
    )


async def test_the_right_password_and_code_open_a_session_with_the_members_key(
    world: PracticeWorld,
):
    ada = await world.add_member("Ada Byron")
    signed_in = await attempt(world, f" {ada.email.upper()} ", ada.password, world.code(ada))
    assert isinstance(signed_in, SignedIn)
    member = await world.resume(signed_in.cookie)
    assert member is not None
    assert (member.id, member.name) == (ada.id, "Ada Byron")
    assert member.key.row.owner == ada.id
    assert "member:session:started" in await world.audit_tags(ada.organization)


async def test_a_wrong_password_wrong_code_and_unknown_person_get_the_same_answer(
    world: PracticeWorld,
):
    ada = await world.add_member("Ada Byron")
    code = world.code(ada)
    wrong_code = f"{(int(code) + 1) % 1_000_000:06}"
    assert await attempt(world, ada.email, "not the password", code) == WRONG
    assert await attempt(world, ada.email, ada.password, wrong_code) == WRONG
    assert await attempt(world, "nobody@example.org", ada.password, code) == WRONG
    assert await attempt(world, "no address", ada.password, code) == WRONG
    tags = await world.audit_tags(ada.organization)
    assert tags.count("member:session:refused (refused)") == 2


async def test_a_code_serves_once(world: PracticeWorld):
    ada = await world.add_member("Ada Byron")
    code = world.code(ada)
    assert isinstance(await attempt(world, ada.email, ada.password, code), SignedIn)
    assert await attempt(world, ada.email, ada.password, code) == WRONG


async def test_a_code_from_the_step_before_still_serves_and_an_older_one_does_not(
    world: PracticeWorld,
):
    ada = await world.add_member("Ada Byron")
    code = world.code(ada)
    world.clock.advance(timedelta(seconds=30))
    assert isinstance(await attempt(world, ada.email, ada.password, code), SignedIn)
    older = world.code(ada)
    world.clock.advance(timedelta(seconds=90))
    assert await attempt(world, ada.email, ada.password, older) == WRONG


async def test_guessing_at_one_account_is_throttled_before_any_password_is_checked(
    world: PracticeWorld,
):
    ada = await world.add_member("Ada Byron")
    answers = [await attempt(world, ada.email, "guess", "000000") for _ in range(12)]
    assert answers[:10] == [WRONG] * 10
    assert answers[10:] == [TOO_MANY] * 2
    assert await attempt(world, ada.email, ada.password, world.code(ada)) == TOO_MANY
    world.clock.advance(timedelta(minutes=16))
    assert isinstance(await attempt(world, ada.email, ada.password, world.code(ada)), SignedIn)


async def test_one_guess_at_each_of_many_accounts_is_throttled_by_address(world: PracticeWorld):
    await world.add_member("Ada Byron")
    answers = [await attempt(world, f"user{n}@example.org", "guess", "0") for n in range(104)]
    assert answers[-1] == TOO_MANY
    assert answers[0] == WRONG


async def test_a_cookie_from_before_is_dead_after_signing_in(world: PracticeWorld):
    ada = await world.add_member("Ada Byron")
    first = await world.sign_in(ada)
    world.clock.advance(timedelta(seconds=31))
    second = await attempt(world, ada.email, ada.password, world.code(ada), first.cookie)
    assert isinstance(second, SignedIn)
    assert second.cookie != first.cookie
    assert await world.resume(first.cookie) is None


async def test_an_idle_session_ends_and_what_a_page_asks_by_itself_does_not_keep_it(
    world: PracticeWorld,
):
    ada = await world.add_member("Ada Byron")
    cookie = (await world.sign_in(ada)).cookie
    world.clock.advance(IDLE_LIMIT - timedelta(minutes=1))
    assert await world.resume(cookie, extend=False) is not None
    world.clock.advance(timedelta(minutes=2))
    assert await world.resume(cookie) is None


async def test_a_session_in_use_ends_after_half_a_day(world: PracticeWorld):
    ada = await world.add_member("Ada Byron")
    cookie = (await world.sign_in(ada)).cookie
    for _ in range(int(ABSOLUTE_LIMIT / (IDLE_LIMIT / 2)) - 1):
        world.clock.advance(IDLE_LIMIT / 2)
        assert await world.resume(cookie) is not None
    world.clock.advance(IDLE_LIMIT / 2)
    assert await world.resume(cookie) is None


END_MEANWHILE = {
    "suspended": "UPDATE licorne.member SET suspended_at = now() WHERE id = $1",
    "password changed": "DELETE FROM licorne.private_key_wrap w USING licorne.reader_key k"
    " WHERE k.id = w.key_id AND w.method = 'password' AND k.owner_id = $1",
}


@pytest.mark.parametrize("ending", END_MEANWHILE.values(), ids=list(END_MEANWHILE))
async def test_a_sign_in_that_was_under_way_does_not_outlive_what_ends_all_sessions(
    world: PracticeWorld, ending: str
):
    """Threat 24: it begins before and would end after, and so leave a session behind."""
    ada = await world.add_member("Ada Byron")
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with world.owner.tenant(ada.organization) as held:
        await held.execute("SELECT FROM licorne.member WHERE id = $1 FOR UPDATE", ada.id)
        signing_in = asyncio.create_task(attempt(world, ada.email, ada.password, world.code(ada)))
        async with asyncio.timeout(20):
            while not await held.fetchval(waiting) and not signing_in.done():
                await asyncio.sleep(0.02)
        await held.execute(ending, ada.id)
    assert await signing_in == WRONG
    async with world.owner.before_tenant() as connection:
        assert await connection.fetchval("SELECT count(*) FROM licorne.member_session") == 0


async def test_signing_out_ends_the_session(world: PracticeWorld):
    ada = await world.add_member("Ada Byron")
    cookie = (await world.sign_in(ada)).cookie
    member = await world.resume(cookie)
    assert member is not None
    await EndMemberSession(world.app, world.acts)(member)
    assert await world.resume(cookie) is None
    assert (await world.audit_tags(ada.organization))[-1] == "member:session:ended"


async def test_suspending_a_member_ends_their_session_and_keeps_them_out(world: PracticeWorld):
    olga = await world.found()
    ada = await world.add_member("Ada Byron")
    cookie = (await world.sign_in(ada)).cookie
    owner = await world.as_member(olga)
    govern = GovernMembers(world.app, world.keyring, world.acts)
    assert await govern.suspend(owner, ada.id) is MemberChange.DONE
    assert await world.resume(cookie) is None
    world.clock.advance(timedelta(seconds=31))
    assert await attempt(world, ada.email, ada.password, world.code(ada)) == WRONG
    assert await govern.suspend(owner, olga.id) is MemberChange.ONESELF


async def test_a_plain_member_suspends_nobody(world: PracticeWorld):
    await world.found()
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    govern = GovernMembers(world.app, world.keyring, world.acts)
    with pytest.raises(NotPermitted):
        await govern.suspend(await world.as_member(ada), bob.id)
    assert (await world.audit_tags(ada.organization))[-1] == "member:access:refused (refused)"


async def test_an_officer_ends_nobody_who_could_end_them(world: PracticeWorld):
    owner = await world.found()
    grace = await world.add_member("Grace Hopper", Role.OFFICER)
    bob = await world.add_member("Bob Babbage")
    govern = GovernMembers(world.app, world.keyring, world.acts)
    officer = await world.as_member(grace)
    assert await govern.suspend(officer, owner.id) is MemberChange.NOT_ALLOWED
    assert (await world.audit_tags(grace.organization))[-1] == "member:member:suspended (refused)"
    assert await govern.suspend(officer, bob.id) is MemberChange.DONE


async def test_cookies_that_were_never_given_out_are_nobody(world: PracticeWorld):
    for cookie in ("", "x", "ä", "A" * 43, "A" * 500):
        assert await world.resume(cookie) is None


async def test_a_refusal_takes_as_long_for_a_stranger_as_for_a_member(world: PracticeWorld):
    """Threat 22: Welch's t stays below 4.5."""
    ada = await world.add_member("Ada Byron")
    sign_in = SignInMember(
        world.app,
        world.keyring,
        world.passwords,
        world.clock,
        world.randomness,
        refused_after_seconds=0.12,  # as far from one span's end as two slow cores need
    )

    async def seconds(email: str) -> float:
        world.clock.advance(timedelta(minutes=2))
        started = time.perf_counter()
        await sign_in(email, "wrong", "000000", address="192.0.2.1", earlier_cookie=None)
        return time.perf_counter() - started

    for warm_up in (ada.email, "stranger@example.org"):
        await seconds(warm_up)
    known, unknown = [], []
    for _ in range(60):
        known.append(await seconds(ada.email))
        unknown.append(await seconds("stranger@example.org"))
    # Now and then the machine takes longer than a whole span; that says nothing about the code.
    usual = [sorted(times)[:55] for times in (known, unknown)]
    spread = sum(statistics.variance(times) / len(times) for times in usual)
    t = abs(statistics.mean(usual[0]) - statistics.mean(usual[1])) / math.sqrt(spread)
    assert t < 4.5


async def test_who_is_no_member_is_recorded_once_a_minute_in_the_installations_chain(
    world: PracticeWorld,
):
    await world.add_member("Ada Byron")
    for _ in range(3):
        await attempt(world, "stranger@example.org", "guess", "000000")
    async with world.owner.before_tenant() as connection:
        rows = await connection.fetch(
            "SELECT tag, detail FROM licorne.audit_event WHERE organization_id IS NULL"
        )
    assert [tuple(row) for row in rows] == [("member:session:refused", "unknown")]
