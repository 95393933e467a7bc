"""Argon2id in threads: as many runs at once as there are cores, and a bounded queue behind.

Each run holds its memory (64 MiB) and a core for a while. A flood of log-ins so takes a bounded
part of the machine, and those beyond the queue are asked to come again at once.
"""

import asyncio
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from argon2.low_level import Type, hash_secret_raw

from licorne.domain.sealing.faults import PasswordsBusy
from licorne.domain.sealing.password_parameters import PasswordParameters

OUTPUT_BYTES = 32
_ARGON2_VERSION = 0x13  # RFC 9106
_RETRY_AFTER_SECONDS = 5


class Argon2Threads:
    def __init__(self, at_once: int | None = None, queue: int = 64) -> None:
        """``at_once`` is by default the number of cores that this process may use."""
        at_once = at_once or len(os.sched_getaffinity(0))
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._places = threading.BoundedSemaphore(at_once + queue)

    async def run(self, password: bytes, parameters: PasswordParameters) -> bytes:
        """Give 32 bytes. Raises `PasswordsBusy` when the queue is full.

        Cancelled while it waits in the queue, it never runs; cancelled later, it runs to its end.
        """
        if not self._places.acquire(blocking=False):
            raise PasswordsBusy(_RETRY_AFTER_SECONDS)
        try:
            future: Future[bytes] = self._threads.submit(_argon2id, password, parameters)
        except BaseException:
            self._places.release()
            raise
        # Not when the caller leaves but when the thread is free again.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)


def _argon2id(password: bytes, parameters: PasswordParameters) -> bytes:
    return hash_secret_raw(
        secret=password,
        salt=parameters.salt,
        time_cost=parameters.costs.passes,
        memory_cost=parameters.costs.memory_kib,
        parallelism=parameters.costs.lanes,
        hash_len=OUTPUT_BYTES,
        type=Type.ID,
        version=_ARGON2_VERSION,
    )
