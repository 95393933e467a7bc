"""Randomness that isn't: the golden keys are the same whenever they are made.

(HPKE's own randomness can't be fixed, so the wraps differ each time; hence they are committed.)
"""

import hashlib


class FixedRandomness:
    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0

    def bytes(self, count: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._seed + self._count.to_bytes(8)).digest(count)
