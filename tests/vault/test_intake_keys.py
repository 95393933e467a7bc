"""Intake keys: stored before use, one HPKE wrap for many grants, forgotten after ten minutes."""

import asyncio
import gc
import time
import weakref
from datetime import UTC, datetime

import pytest
from tests.vault.practice import Practice

from licorne.adapters.system import SystemClock
from licorne.domain.sealing.records import IntakeKey
from licorne.vault.intake_keys import (
    LIFETIME_SECONDS,
    IntakeKeyPool,
    OpenIntakeKey,
    open_intake_key,
)


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1000.0
        self.wall = datetime(2025, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.seconds


class Shelf:
    """Where the pool's rows go; can be slow, and can fail."""

    def __init__(self) -> None:
        self.rows: list[IntakeKey] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def keep(self, row: IntakeKey) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise ConnectionError("no database")
        self.rows.append(row)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def pool(practice: Practice, clock: HandClock, shelf: Shelf) -> IntakeKeyPool:
    return IntakeKeyPool(practice.keyring, practice.randomness, clock, shelf.keep)


async def test_a_key_is_made_once_and_its_row_lets_the_reader_open_it(
    practice: Practice, pool: IntakeKeyPool, shelf: Shelf
):
    reader = practice.checked(practice.member)
    first = await pool.key_for(reader)
    assert await pool.key_for(reader) is first
    (row,) = shelf.rows
    assert first.secret not in row.wrapped
    assert open_intake_key(practice.keyring, row, practice.member) == first


async def test_each_reader_has_a_key_of_its_own(practice: Practice, pool: IntakeKeyPool):
    member = await pool.key_for(practice.checked(practice.member))
    record = await pool.key_for(practice.checked(practice.record))
    assert member.secret != record.secret
    assert (member.reader_key, record.reader_key) == (
        practice.member.row.id,
        practice.record.row.id,
    )


async def test_a_key_is_used_for_ten_minutes_at_most_whatever_the_wall_clock_says(
    practice: Practice, pool: IntakeKeyPool, clock: HandClock, shelf: Shelf
):
    reader = practice.checked(practice.member)
    first = await pool.key_for(reader)
    clock.seconds += LIFETIME_SECONDS - 1
    clock.wall = datetime(2035, 1, 1, tzinfo=UTC)
    assert await pool.key_for(reader) is first
    clock.seconds += 1
    second = await pool.key_for(reader)
    assert second.id != first.id
    assert LIFETIME_SECONDS <= 600
    assert [row.id for row in shelf.rows] == [first.id, second.id]


async def test_an_expired_key_is_forgotten_also_when_nobody_asks_for_that_reader_again(
    practice: Practice, pool: IntakeKeyPool, clock: HandClock
):
    class Watched:
        pass

    await pool.key_for(practice.checked(practice.member))
    (entry,) = pool._entries.values()
    watched = Watched()
    gone = weakref.ref(watched)
    entry.opened = watched  # type: ignore[assignment]
    del entry, watched
    clock.seconds += LIFETIME_SECONDS
    pool.forget_expired()
    gc.collect()
    assert gone() is None


async def test_no_key_is_handed_out_before_its_row_is_stored(
    practice: Practice, pool: IntakeKeyPool, shelf: Shelf
):
    shelf.gate.clear()
    reader = practice.checked(practice.member)
    asking = [asyncio.ensure_future(pool.key_for(reader)) for _ in range(5)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert not any(task.done() for task in asking)
    shelf.gate.set()
    keys: list[OpenIntakeKey] = await asyncio.gather(*asking)
    assert len({key.id for key in keys}) == 1
    assert len(shelf.rows) == 1


async def test_when_storing_fails_one_caller_hears_of_it_and_the_next_tries_again(
    practice: Practice, pool: IntakeKeyPool, shelf: Shelf
):
    shelf.gate.clear()
    shelf.failures = 1
    reader = practice.checked(practice.member)
    asking = [asyncio.ensure_future(pool.key_for(reader)) for _ in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    shelf.gate.set()
    first, *others = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(first, ConnectionError)
    assert {other.id for other in others if isinstance(other, OpenIntakeKey)} == {shelf.rows[0].id}
    assert len(shelf.rows) == 1


async def test_a_caller_who_leaves_while_storing_does_not_strand_the_others(
    practice: Practice, pool: IntakeKeyPool, shelf: Shelf
):
    shelf.gate.clear()
    reader = practice.checked(practice.member)
    first = asyncio.ensure_future(pool.key_for(reader))
    second = asyncio.ensure_future(pool.key_for(reader))
    for _ in range(5):
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    shelf.gate.set()
    key = await asyncio.wait_for(second, timeout=5)
    assert [row.id for row in shelf.rows] == [key.id]


async def test_an_idle_process_forgets_by_itself(practice: Practice, shelf: Shelf):
    pool = IntakeKeyPool(
        practice.keyring, practice.randomness, SystemClock(), shelf.keep, lifetime_seconds=0.05
    )
    await pool.key_for(practice.checked(practice.member))
    deadline = time.monotonic() + 10
    while pool._entries:
        assert time.monotonic() < deadline, "a key stays in memory while nobody asks"
        await asyncio.sleep(0.05)
