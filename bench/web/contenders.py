"""Licorne and the bare application as the web scenarios see them."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bench.load.closed_loop import Load
from bench.load.http_session import HttpServer
from bench.observation import Observed, observe
from bench.web.traffic import measure_http
from bench.workshop import say


class LostRowError(Exception):
    """Fewer rows are stored than were acknowledged: no figure makes up for that."""


@dataclass(frozen=True, slots=True)
class WebContender:
    """A server with the requests it gets, going round them; ``pids`` are the roots of its
    processes.

    ``count_stored`` counts what the requests store, where they store anything; ``settle`` waits
    until what they have set off is over, so that it doesn't burden the other side's run; ``held``
    keeps it from beginning while the clock runs.
    """

    name: str
    server: HttpServer
    requests: tuple[bytes, ...]
    pids: tuple[int, ...]
    count_stored: Callable[[], int] | None = None
    settle: Callable[[], None] = lambda: None
    held: Callable[[], AbstractContextManager[None]] = nullcontext

    def measure(self, load: Load) -> Observed:
        """Run the load, count the rows, say how it went."""
        before = self.count_stored() if self.count_stored else 0
        requests = itertools.cycle(self.requests)
        with self.held():
            observed = observe(lambda: measure_http(self.server, requests, load), self.pids)
        if self.count_stored:
            stored = self.count_stored() - before
            acknowledged = observed.throughput.acknowledged
            if stored != acknowledged:
                raise LostRowError(f"{self.name}: {acknowledged} acknowledged, {stored} stored")
        say(f"  {load.sessions:2} connections, {self.name:8} {observed}")
        self.settle()
        return observed
