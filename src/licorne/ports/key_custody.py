"""Custody of K0, the unseal key: where it lies, and how little of it the rest ever sees."""

from typing import Protocol


class KeyUnavailable(Exception):
    """The unseal key can't be used; nothing is served until it can.

    ``sentence`` tells a person what to do; ``cause`` is for the log and names no key material.
    """

    def __init__(self, sentence: str, cause: str) -> None:
        super().__init__(f"{sentence} ({cause})")
        self.sentence = sentence
        self.cause = cause


class KeyCustody(Protocol):
    """Wraps and unwraps the installation's few subkeys; K0 itself never leaves it.

    Asynchronous, because a key service on the network can stand behind it. ``name`` says which
    subkey and version ("lookup/1") and is bound into the wrap: one can't pass for another.
    """

    async def wrap(self, name: str, plaintext: bytes) -> bytes:
        """Lock a subkey. Raises `KeyUnavailable`."""
        ...

    async def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """Open a subkey. Raises `KeyUnavailable`, also when another K0 or name wrapped it."""
        ...
