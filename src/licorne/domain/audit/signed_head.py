"""A chain's head, signed by the installation and kept outside its database.

The layout is a promise, version 1: ``"licorne audit head 1" ‖ 00 ‖ chain (16) ‖ sequence (8,
big-endian) ‖ hash (32) ‖ microseconds since 1970 UTC (8, big-endian)``.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from licorne.domain.audit.chain import ChainHead, genesis

_DOMAIN = b"licorne audit head 1\x00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTALLATION_CHAIN = uuid.UUID(int=0)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """``chain`` is the organization's id, or the nil id for the installation's own chain."""

    chain: uuid.UUID
    head: ChainHead
    at: datetime
    signature: bytes


def signed_bytes(chain: uuid.UUID, head: ChainHead, at: datetime) -> bytes:
    """Give what the signature is over."""
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    return b"".join(
        (
            _DOMAIN,
            chain.bytes,
            head.sequence.to_bytes(8, "big"),
            head.hash,
            microseconds.to_bytes(8, "big"),
        )
    )


def chain_start(chain: uuid.UUID) -> ChainHead:
    """The head of an organization's empty chain."""
    return genesis(chain.bytes)
