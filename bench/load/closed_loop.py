"""A closed loop of sessions on one thread: each asks, waits for the answer, asks again.

The generator shares two or more cores with the server that it measures, so every microsecond it
spends is one that the server doesn't get. Hence raw non-blocking sockets on epoll instead of a
client library: one system call to ask, one to read, a little Python between. What it spent is part
of the result.
"""

import gc
import select
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ANSWER_DEADLINE_S = 30.0


class Session(Protocol):
    """One connection that repeats one unit of work (a message, a request)."""

    def fileno(self) -> int:
        """Return the socket's descriptor, for epoll."""

    def begin(self) -> None:
        """Start the next unit of work by sending its first bytes."""

    def advance(self) -> bool:
        """Read what arrived and say the next thing; true when a unit of work is done.

        Raises:
            LoadRefusedError: the server's answer isn't the one that counts as work done.
        """


class LoadRefusedError(Exception):
    """The server answered something else than success: the run's figures would mean nothing."""


class LoadStalledError(Exception):
    """No answer at all within ``ANSWER_DEADLINE_S``."""


@dataclass(frozen=True, slots=True)
class Load:
    """How hard and how long to push.

    ``warm_up_s`` runs before the window opens and isn't counted in the rate.
    """

    sessions: int
    warm_up_s: float
    window_s: float


@dataclass(frozen=True, slots=True)
class Throughput:
    """What one run of the loop reached.

    ``completed`` counts the window only; ``acknowledged`` counts everything that the server
    answered with success, warm-up and tail included: that many must be found in its store
    afterwards.
    """

    completed: int
    acknowledged: int
    seconds: float
    p50_ms: float
    p99_ms: float
    generator_cpu_s: float

    @property
    def per_second(self) -> float:
        """The rate within the window."""
        return self.completed / self.seconds

    @property
    def generator_share(self) -> float:
        """The part of one core that the generator itself kept busy, 0 to 1."""
        return self.generator_cpu_s / self.seconds


def run_closed_loop(sessions: Sequence[Session], load: Load) -> Throughput:
    """Drive the sessions through warm-up and window, let each finish its last unit, and count.

    The sessions are connected and logged in when they come in; they are idle, not closed, when it
    returns. The garbage collector rests meanwhile: the loop makes no cycles.
    """
    poller = select.epoll()
    by_descriptor = {session.fileno(): session for session in sessions}
    for descriptor in by_descriptor:
        poller.register(descriptor, select.EPOLLIN)
    gc_was_on = gc.isenabled()
    gc.disable()
    try:
        return _drive(poller, by_descriptor, load)
    finally:
        if gc_was_on:
            gc.enable()
        poller.close()


def _drive(poller: select.epoll, by_descriptor: dict[int, Session], load: Load) -> Throughput:
    clock = time.perf_counter
    opens_at = clock() + load.warm_up_s
    closes_at = opens_at + load.window_s
    begun_at: dict[int, float] = {}
    for descriptor, session in by_descriptor.items():
        begun_at[descriptor] = clock()
        session.begin()

    latencies: list[float] = []
    acknowledged = 0
    cpu_at_opening: float | None = None
    cpu_at_closing: float | None = None
    while begun_at:
        events = poller.poll(ANSWER_DEADLINE_S)
        if not events:
            message = f"{len(begun_at)} of {len(by_descriptor)} sessions got no answer"
            raise LoadStalledError(message)
        for descriptor, _ in events:
            session = by_descriptor[descriptor]
            if not session.advance():
                continue
            now = clock()
            acknowledged += 1
            if cpu_at_opening is None and now >= opens_at:
                cpu_at_opening = time.process_time()
            if now < closes_at:
                if now >= opens_at:
                    latencies.append(now - begun_at[descriptor])
                begun_at[descriptor] = now
                session.begin()
            else:
                if cpu_at_closing is None:
                    cpu_at_closing = time.process_time()
                del begun_at[descriptor]

    latencies.sort()
    return Throughput(
        completed=len(latencies),
        acknowledged=acknowledged,
        seconds=load.window_s,
        p50_ms=percentile_ms(latencies, 0.50),
        p99_ms=percentile_ms(latencies, 0.99),
        generator_cpu_s=(cpu_at_closing or 0.0) - (cpu_at_opening or 0.0),
    )


def percentile_ms(ordered: list[float], part: float) -> float:
    """Return the percentile of ordered seconds in milliseconds; not a number if there are none."""
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000
