"""How a password becomes a key: the costs and the salt, kept beside what they lock.

Layout, 26 bytes, big-endian: version (1 byte, 1) ‖ pepper version (2) ‖ Argon2id memory in KiB
(4) ‖ passes (2) ‖ lanes (1) ‖ salt (16). Argon2 version is 0x13
(RFC 9106). Bounds keep a changed row from costing more than a log-in may.
"""

from dataclasses import dataclass

SALT_BYTES = 16
ENCODED_BYTES = 1 + 2 + 4 + 2 + 1 + SALT_BYTES
MAXIMUM_MEMORY_KIB = 256 * 1024
MAXIMUM_PASSES = 16
MAXIMUM_LANES = 4


@dataclass(frozen=True, slots=True)
class PasswordCosts:
    """Argon2id's costs (RFC 9106 §4, the second recommended set, with one lane)."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1

    def __post_init__(self) -> None:
        if not (
            1 <= self.lanes <= MAXIMUM_LANES
            and 8 * self.lanes <= self.memory_kib <= MAXIMUM_MEMORY_KIB
            and 1 <= self.passes <= MAXIMUM_PASSES
        ):
            raise ValueError("Argon2 costs out of bounds")


@dataclass(frozen=True, slots=True)
class PasswordParameters:
    costs: PasswordCosts
    pepper_version: int
    salt: bytes

    def encode(self) -> bytes:
        return b"".join(
            (
                b"\x01",
                self.pepper_version.to_bytes(2),
                self.costs.memory_kib.to_bytes(4),
                self.costs.passes.to_bytes(2),
                self.costs.lanes.to_bytes(1),
                self.salt,
            )
        )

    @classmethod
    def decode(cls, encoded: bytes) -> "PasswordParameters":
        """Read them back. Raises ``ValueError`` for another layout or costs out of bounds."""
        if len(encoded) != ENCODED_BYTES or encoded[0] != 1:
            raise ValueError("password parameters of another layout")
        return cls(
            PasswordCosts(
                memory_kib=int.from_bytes(encoded[3:7]),
                passes=int.from_bytes(encoded[7:9]),
                lanes=encoded[9],
            ),
            pepper_version=int.from_bytes(encoded[1:3]),
            salt=encoded[10:],
        )
