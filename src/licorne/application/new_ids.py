"""Makes ids: time-ordered, from the ports for time and randomness."""

import uuid

from licorne.domain.identity.ids import RANDOM_BYTES, time_ordered_uuid
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness


class NewIds:
    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self._randomness = randomness

    def __call__(self) -> uuid.UUID:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        return time_ordered_uuid(milliseconds, self._randomness.bytes(RANDOM_BYTES))
