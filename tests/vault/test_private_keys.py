"""Every way to a private key half: the right one opens, and only the right one."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
from tests.vault.practice import Practice

from licorne.domain.sealing.faults import PasswordsBusy, SealBroken, SealingFault, WrongPassword
from licorne.domain.sealing.password_parameters import PasswordCosts, PasswordParameters
from licorne.domain.sealing.records import (
    PrivateKeyWrap,
    ReaderKind,
    SlotReference,
    UnlockMethod,
)
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import (
    unwrap_enrol,
    unwrap_secret,
    unwrap_with_reader,
    wrap_for_enrol,
    wrap_for_reader,
    wrap_for_secret,
)
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.record_key_wraps import (
    open_peeled,
    peel,
    unwrap_emergency,
    wrap_for_emergency,
    wrap_for_two,
)
from licorne.vault.session_keys import lock_for_session, unlock_session

CHEAP = PasswordCosts(memory_kib=64, passes=1)

PASSWORD = "correct horse"
COOKIE = b"c" * 32


@pytest.fixture
def threads() -> Iterator[Argon2Threads]:
    threads = Argon2Threads(at_once=2)
    yield threads
    threads.close()


@pytest.fixture
def passwords(practice: Practice, threads: Argon2Threads) -> PasswordVault:
    return PasswordVault(practice.keyring, practice.randomness, threads, CHEAP)


async def test_the_password_opens_the_key_and_another_does_not(
    practice: Practice, passwords: PasswordVault
):
    key = practice.member
    wrap = await passwords.wrap_private_key(key, PASSWORD, wrap_id=uuid.uuid4())
    assert (await passwords.unwrap_private_key(key.row, wrap, PASSWORD)).secret == key.secret
    for wrong in ("", "correct hors", "Correct horse", PASSWORD + " "):
        with pytest.raises(WrongPassword):
            await passwords.unwrap_private_key(key.row, wrap, wrong)


async def test_a_password_typed_on_another_keyboard_is_the_same(
    practice: Practice, passwords: PasswordVault
):
    composed, decomposed = "caf\u00e9 \u2126", "cafe\u0301 \u03a9"
    key = practice.member
    wrap = await passwords.wrap_private_key(key, composed, wrap_id=uuid.uuid4())
    assert (await passwords.unwrap_private_key(key.row, wrap, decomposed)).secret == key.secret


async def test_a_lone_surrogate_in_a_password_is_only_a_wrong_password(
    practice: Practice, passwords: PasswordVault
):
    wrap = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    with pytest.raises(WrongPassword):
        await passwords.unwrap_private_key(practice.member.row, wrap, "\udcff")


async def test_two_people_with_one_password_share_nothing(
    practice: Practice, passwords: PasswordVault
):
    first = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    second = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    assert first.parameters != second.parameters
    assert first.wrapped != second.wrapped


async def test_threat_7_without_the_pepper_the_right_password_is_wrong(
    practice: Practice, passwords: PasswordVault, threads: Argon2Threads
):
    wrap = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    stranger = Practice()
    # Give the thief a directory row that passes, so that only the pepper stands in the way.
    row = practice.member.row
    from licorne.domain.sealing.format import encode_directory_key

    resigned = replace(row, signature=stranger.keyring.sign(encode_directory_key(row)))
    thief = PasswordVault(stranger.keyring, stranger.randomness, threads, CHEAP)
    with pytest.raises(WrongPassword):
        await thief.unwrap_private_key(resigned, wrap, PASSWORD)


async def test_old_costs_still_open_and_are_called_outdated(
    practice: Practice, passwords: PasswordVault, threads: Argon2Threads
):
    wrap = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    dearer = PasswordVault(
        practice.keyring, practice.randomness, threads, PasswordCosts(memory_kib=128, passes=1)
    )
    assert not passwords.is_outdated(wrap)
    assert dearer.is_outdated(wrap)
    key = await dearer.unwrap_private_key(practice.member.row, wrap, PASSWORD)
    assert key.secret == practice.member.secret


async def test_costs_out_of_bounds_are_never_run(practice: Practice, passwords: PasswordVault):
    """A writer of rows could otherwise ask for four tebibytes of memory."""
    wrap = await passwords.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    parameters = bytearray(wrap.parameters)
    parameters[3:7] = b"\xff\xff\xff\xff"
    with pytest.raises(SealBroken):
        await passwords.unwrap_private_key(
            practice.member.row, replace(wrap, parameters=bytes(parameters)), PASSWORD
        )


async def test_threat_22_an_unknown_person_costs_the_same_argon2_run(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
):
    runs: list[PasswordParameters] = []

    class Counting(Argon2Threads):
        async def run(self, password: bytes, parameters: PasswordParameters) -> bytes:
            runs.append(parameters)
            return await super().run(password, parameters)

    counting = Counting(at_once=1)
    vault = PasswordVault(practice.keyring, practice.randomness, counting, CHEAP)
    await vault.spend_dummy("whatever")
    wrap = await vault.wrap_private_key(practice.member, PASSWORD, wrap_id=uuid.uuid4())
    await vault.unwrap_private_key(practice.member.row, wrap, PASSWORD)
    counting.close()
    assert [p.costs for p in runs] == [CHEAP] * 3


async def test_threat_23_beyond_the_queue_people_are_asked_to_come_again(practice: Practice):
    threads = Argon2Threads(at_once=1, queue=3)
    vault = PasswordVault(
        practice.keyring,
        practice.randomness,
        threads,
        PasswordCosts(memory_kib=8 * 1024, passes=2),
    )
    answers = await asyncio.gather(
        *(vault.spend_dummy("x") for _ in range(40)), return_exceptions=True
    )
    busy = [answer for answer in answers if isinstance(answer, PasswordsBusy)]
    assert len(busy) == 36
    assert busy[0].retry_after_seconds > 0
    assert [answer for answer in answers if answer is None] == [None] * 4
    await vault.spend_dummy("x")  # and it passes
    threads.close()


async def test_people_who_leave_the_queue_free_their_places(practice: Practice):
    threads = Argon2Threads(at_once=1, queue=3)
    vault = PasswordVault(
        practice.keyring,
        practice.randomness,
        threads,
        PasswordCosts(memory_kib=8 * 1024, passes=2),
    )
    waiting = [asyncio.ensure_future(vault.spend_dummy("x")) for _ in range(4)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
    # The one that runs may still hold its place and thread; the queue's three are free.
    await asyncio.gather(*(vault.spend_dummy("x") for _ in range(3)))
    threads.close()


# The other ways.


def every_wrap(practice: Practice) -> dict[UnlockMethod, PrivateKeyWrap]:
    key, randomness, keyring = practice.contact, practice.randomness, practice.keyring
    return {
        UnlockMethod.ENROL: wrap_for_enrol(
            keyring,
            randomness,
            key,
            wrap_id=uuid.uuid4(),
            slot=SlotReference(uuid.UUID(int=9), 1),
            slot_secret=b"s" * 32,
        ),
        UnlockMethod.READER: wrap_for_reader(
            key, practice.checked(practice.member), wrap_id=uuid.uuid4()
        ),
        UnlockMethod.RECOVERY: wrap_for_secret(
            keyring,
            randomness,
            key,
            wrap_id=uuid.uuid4(),
            method=UnlockMethod.RECOVERY,
            secret=b"r" * 16,
        ),
        UnlockMethod.PASSKEY: wrap_for_secret(
            keyring,
            randomness,
            key,
            wrap_id=uuid.uuid4(),
            method=UnlockMethod.PASSKEY,
            secret=b"r" * 16,
        ),
        UnlockMethod.PAIR: wrap_for_two(
            key,
            practice.checked(practice.member),
            practice.checked(practice.record),
            wrap_id=uuid.uuid4(),
        ),
        UnlockMethod.EMERGENCY: wrap_for_emergency(
            keyring, randomness, key, practice.checked(practice.member), wrap_id=uuid.uuid4()
        ),
    }


def open_wrap(practice: Practice, wrap: PrivateKeyWrap) -> bytes:
    keyring, row = practice.keyring, practice.contact.row
    match wrap.method:
        case UnlockMethod.ENROL:
            return unwrap_enrol(keyring, row, wrap, b"s" * 32).secret
        case UnlockMethod.READER:
            return unwrap_with_reader(keyring, row, wrap, practice.member).secret
        case UnlockMethod.PAIR:
            peeled = replace(wrap, wrapped=peel(keyring, row, wrap, practice.record))
            return open_peeled(keyring, row, peeled, practice.member).secret
        case UnlockMethod.EMERGENCY:
            return unwrap_emergency(keyring, row, wrap, practice.member).secret
        case _:
            return unwrap_secret(keyring, row, wrap, b"r" * 16).secret


METHODS = (
    UnlockMethod.ENROL,
    UnlockMethod.READER,
    UnlockMethod.RECOVERY,
    UnlockMethod.PASSKEY,
    UnlockMethod.PAIR,
    UnlockMethod.EMERGENCY,
)


@pytest.mark.parametrize("method", METHODS)
def test_each_way_opens_the_key(practice: Practice, method: UnlockMethod):
    wrap = every_wrap(practice)[method]
    assert open_wrap(practice, wrap) == practice.contact.secret
    assert practice.contact.secret not in wrap.wrapped


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("field", [f.name for f in fields(PrivateKeyWrap) if f.name != "id"])
def test_threat_10_a_private_keys_wrap_with_one_field_changed_does_not_open(
    practice: Practice, method: UnlockMethod, field: str
):
    wrap = every_wrap(practice)[method]
    others = {
        "organization": uuid.uuid4(),
        "key": uuid.uuid4(),
        "method": UnlockMethod.PASSKEY
        if method is UnlockMethod.RECOVERY
        else UnlockMethod.RECOVERY,
        "wrapper": uuid.uuid4(),
        "slot": SlotReference(uuid.UUID(int=9), 2),
        "parameters": b"\0\2",
        "second": uuid.uuid4(),
        "wrapped": wrap.wrapped[:-1] + bytes([wrap.wrapped[-1] ^ 1]),
    }
    with pytest.raises(SealingFault):
        open_wrap(practice, replace(wrap, **{field: others[field]}))


def test_threat_10_a_wrap_does_not_open_beside_another_persons_directory_row(practice: Practice):
    wrap = every_wrap(practice)[UnlockMethod.ENROL]
    other = practice.reader(ReaderKind.WAITING).row
    with pytest.raises(SealBroken):
        unwrap_enrol(practice.keyring, other, replace(wrap, key=other.id), b"s" * 32)


def test_a_key_locked_to_one_reader_opens_for_no_other(practice: Practice):
    wrap = every_wrap(practice)[UnlockMethod.READER]
    with pytest.raises(SealBroken):
        unwrap_with_reader(practice.keyring, practice.contact.row, wrap, practice.record)


def test_a_short_secret_can_not_lock_a_key_without_argon2(practice: Practice):
    for method, secret in ((UnlockMethod.RECOVERY, b"123456"), (UnlockMethod.PASSWORD, b"r" * 32)):
        with pytest.raises(ValueError, match="password or another key"):
            wrap_for_secret(
                practice.keyring,
                practice.randomness,
                practice.contact,
                wrap_id=uuid.uuid4(),
                method=method,
                secret=secret,
            )


def test_a_session_opens_its_key_by_its_cookie_only(practice: Practice):
    wrapped = lock_for_session(practice.keyring, practice.randomness, practice.member, COOKIE)
    opened = unlock_session(practice.keyring, practice.member.row, COOKIE, wrapped)
    assert opened.secret == practice.member.secret
    for row, cookie, value in (
        (practice.member.row, b"d" * 32, wrapped),
        (practice.member.row, b"", wrapped),
        (practice.record.row, COOKIE, wrapped),
        (practice.member.row, COOKIE, b"\0\x09" + wrapped[2:]),
        (practice.member.row, COOKIE, wrapped[:-1]),
        (practice.member.row, COOKIE, b""),
    ):
        with pytest.raises(SealBroken):
            unlock_session(practice.keyring, row, cookie, value)


def test_threat_24_a_session_row_without_k0_is_of_no_use_to_who_has_the_cookie(
    practice: Practice,
):
    from licorne.domain.sealing.format import encode_directory_key

    wrapped = lock_for_session(practice.keyring, practice.randomness, practice.member, COOKIE)
    stranger = Practice()
    row = practice.member.row
    row = replace(row, signature=stranger.keyring.sign(encode_directory_key(row)))
    with pytest.raises(SealBroken):
        unlock_session(stranger.keyring, row, COOKIE, wrapped)


def test_secrets_are_not_shown_where_objects_are_printed(practice: Practice):
    opened, _ = practice.intake(practice.member)
    for thing in (practice.member, opened, practice.keyring):
        assert practice.member.secret.hex() not in repr(thing)
        assert repr(opened.secret) not in repr(thing)


def test_threat_13_a_pair_takes_both_in_their_places(practice: Practice):
    """Neither opens it alone, nor with what the other's place left over, nor the wrong way round."""
    wrap = every_wrap(practice)[UnlockMethod.PAIR]
    keyring, row = practice.keyring, practice.contact.row
    asker, approver = practice.member, practice.record
    with pytest.raises(SealBroken):
        peel(keyring, row, wrap, asker)
    with pytest.raises(SealBroken):
        open_peeled(keyring, row, wrap, asker)  # not peeled
    peeled = peel(keyring, row, wrap, approver)
    assert practice.contact.secret not in peeled
    with pytest.raises(SealBroken):
        open_peeled(keyring, row, replace(wrap, wrapped=peeled), approver)
    turned = replace(wrap, wrapper=approver.row.id, second=asker.row.id)
    with pytest.raises(SealBroken):
        peel(keyring, row, turned, approver)
    with pytest.raises(ValueError, match="a pair takes two"):
        wrap_for_two(
            practice.contact,
            practice.checked(asker),
            practice.checked(asker),
            wrap_id=uuid.uuid4(),
        )


def test_threat_10_a_pair_that_wraps_another_key_does_not_open(practice: Practice):
    """HPKE says nothing of who wrapped: what comes out must be the directory's key."""
    row, other = practice.contact.row, practice.member
    forged = OpenReaderKey(row, other.secret)
    wrap = wrap_for_two(
        forged,
        practice.checked(practice.member),
        practice.checked(practice.record),
        wrap_id=uuid.uuid4(),
    )
    with pytest.raises(SealBroken):
        open_wrap(practice, wrap)
