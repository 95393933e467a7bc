from datetime import timedelta

from tests.support.pickup_world import PASSWORD, PickupWorld

from licorne.application.receiving.sign_in import (
    PER_MAILBOX,
    PasswordLocked,
    SignedIn,
    TooManyTries,
    WrongPasswordGiven,
)

ADDRESS = "203.0.113.1"


async def sign_in(pickup: PickupWorld, token: str, password: str = PASSWORD, cookie=None):
    return await pickup.use.sign_in(token, password, address=ADDRESS, earlier_cookie=cookie)


async def test_the_right_password_signs_in_and_a_wrong_one_is_recorded(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    assert isinstance(await sign_in(pickup, token, "wrong"), WrongPasswordGiven)
    assert await pickup.owner.fetchval("SELECT failed_passwords FROM mailbox") == 1
    # Typed on another keyboard: full-width letters and a space at the end.
    assert isinstance(await sign_in(pickup, token, "ｓeven green kettles "), SignedIn)
    assert await pickup.owner.fetchval("SELECT failed_passwords FROM mailbox") == 0
    audit = await pickup.audit()
    assert "contact:session:refused (refused)" in audit
    assert "contact:session:started" in audit


async def test_guessing_is_throttled_and_the_right_password_waits_too(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    for _ in range(PER_MAILBOX.most):
        assert isinstance(await sign_in(pickup, token, "wrong"), WrongPasswordGiven)
    assert isinstance(await sign_in(pickup, token), TooManyTries)
    pickup.world.clock.advance(timedelta(minutes=16))
    assert isinstance(await sign_in(pickup, token), SignedIn)


async def test_a_hundred_wrong_passwords_in_a_row_lock_the_password(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.claim(token)
    await pickup.owner.execute("UPDATE mailbox SET failed_passwords = 99")
    assert isinstance(await sign_in(pickup, token, "wrong"), WrongPasswordGiven)
    assert isinstance(await sign_in(pickup, token), PasswordLocked)


async def test_the_cookie_from_before_is_dead_after_signing_in(pickup: PickupWorld):
    """Threat 24."""
    token = await pickup.send()
    claimed = await pickup.claim(token)
    again = await sign_in(pickup, token, cookie=claimed.cookie)
    assert isinstance(again, SignedIn)
    assert await pickup.use.sessions.resume(claimed.cookie, claimed.mailbox) is None
    assert await pickup.use.sessions.resume(again.cookie, claimed.mailbox) is not None


async def test_one_cookie_serves_the_same_person_in_two_practices(pickup: PickupWorld):
    other = await pickup.world.found("Elm Street Dental", "Otto Other")
    first, second = await pickup.send("from one"), await pickup.send("from two", by=other)
    claimed = await pickup.claim(first)
    both = await pickup.use.claim(second, PASSWORD, None, claimed.cookie)
    assert both.mailbox != claimed.mailbox  # type: ignore[union-attr]
    for mailbox in (claimed.mailbox, both.mailbox):  # type: ignore[union-attr]
        assert await pickup.use.sessions.resume(both.cookie, mailbox) is not None  # type: ignore[union-attr]
    assert await pickup.use.sessions.resume(claimed.cookie, claimed.mailbox) is None


async def test_on_a_shared_phone_the_other_persons_session_ends(pickup: PickupWorld):
    """Threat 39."""
    mother = await pickup.claim(await pickup.send("for the mother"))
    child_token = await pickup.send("for the child", "+12125550124")
    assert (await pickup.use.visit(child_token, mother.cookie)).signed_in is None
    child = await pickup.use.claim(child_token, "nine green kettles", None, mother.cookie)
    assert await pickup.use.sessions.resume(child.cookie, mother.mailbox) is None  # type: ignore[union-attr]
    assert await pickup.use.sessions.resume(mother.cookie, mother.mailbox) is None


async def test_a_session_ends_after_half_an_hour_of_nothing_and_after_twelve_hours(
    pickup: PickupWorld,
):
    claimed = await pickup.claim(await pickup.send())
    for _ in range(24):
        pickup.world.clock.advance(timedelta(minutes=29))
        assert await pickup.use.sessions.resume(claimed.cookie, claimed.mailbox) is not None
    pickup.world.clock.advance(timedelta(minutes=29))  # 12 hours and 5 minutes
    assert await pickup.use.sessions.resume(claimed.cookie, claimed.mailbox) is None
    token = await pickup.send()
    again = await sign_in(pickup, token)
    assert isinstance(again, SignedIn)
    pickup.world.clock.advance(timedelta(minutes=31))
    assert await pickup.use.sessions.resume(again.cookie, again.mailbox) is None


async def test_a_cookie_opens_nothing_but_its_own_mailbox(pickup: PickupWorld):
    one = await pickup.claim(await pickup.send("one"))
    two = await pickup.claim(await pickup.send("two", "+12125550124"), "nine green kettles")
    assert await pickup.use.sessions.resume(one.cookie, two.mailbox) is None
    assert await pickup.use.sessions.resume(None, one.mailbox) is None
    assert await pickup.use.sessions.resume("x" * 43, one.mailbox) is None


async def test_signing_out_ends_one_mailbox_and_forgetting_ends_all(pickup: PickupWorld):
    other = await pickup.world.found("Elm Street Dental", "Otto Other")
    claimed = await pickup.claim(await pickup.send("from one"))
    both = await pickup.use.claim(
        await pickup.send("two", by=other), PASSWORD, None, claimed.cookie
    )
    await pickup.use.sessions.end(both.cookie, claimed.mailbox)  # type: ignore[union-attr]
    assert await pickup.use.sessions.open_mailboxes(both.cookie) == (both.mailbox,)  # type: ignore[union-attr]
    await pickup.use.sessions.end(both.cookie, None)  # type: ignore[union-attr]
    assert await pickup.use.sessions.open_mailboxes(both.cookie) == ()  # type: ignore[union-attr]
