"""The hash chain that makes an edit of the audit trail show.

Each link's hash covers the hash before it, its place and its event, so one kept hash (a *head*)
stands for everything before it. Whoever can write every row can also compute every hash anew; that
shows only against a head kept elsewhere, which is why `verify_chain` takes heads.

The layout is a promise, version 1: a chain written by any release is verified by every later one.
`genesis(chain) = SHA-256("licorne audit chain 1" ‖ 00 ‖ chain)`;
`hash = SHA-256("licorne audit link 1" ‖ 00 ‖ previous (32) ‖ sequence (8, big-endian) ‖ event)`.
All fields but the last are of fixed length, so no two inputs read alike.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

HASH_LENGTH = 32
FIRST_SEQUENCE = 1
_LARGEST_SEQUENCE = 2**63 - 1  # PostgreSQL's bigint
_CHAIN_DOMAIN = b"licorne audit chain 1\x00"
_LINK_DOMAIN = b"licorne audit link 1\x00"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain has got to: the sequence and hash of its last link, or 0 and the genesis."""

    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One stored link together with the bytes of the event as they are stored now."""

    sequence: int
    previous: bytes
    hash: bytes
    event: bytes


class BreakKind(StrEnum):
    EDITED = "edited"  # the event, or a hash, is not what was linked
    MISSING = "missing"  # links were taken out, in the middle or at the end
    REORDERED = "reordered"  # a link stands where another belongs, or stands there twice


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first place at which the chain doesn't hold; `sequence` is the link expected there."""

    kind: BreakKind
    sequence: int


def genesis(chain_id: bytes) -> ChainHead:
    """The head of an empty chain; `chain_id` keeps one organization's links out of another's."""
    return ChainHead(FIRST_SEQUENCE - 1, hashlib.sha256(_CHAIN_DOMAIN + chain_id).digest())


def link_hash(previous: bytes, sequence: int, event: bytes) -> bytes:
    """The hash of the link that puts `event` at place `sequence` after the link `previous`."""
    if len(previous) != HASH_LENGTH:
        raise ValueError(f"the previous hash has {HASH_LENGTH} bytes")
    if not FIRST_SEQUENCE <= sequence <= _LARGEST_SEQUENCE:
        raise ValueError("the sequence starts at 1 and fits 63 bits")
    place = sequence.to_bytes(8, "big")
    return hashlib.sha256(_LINK_DOMAIN + previous + place + event).digest()


def next_link(head: ChainHead, event: bytes) -> ChainLink:
    """Make the link that follows `head`."""
    sequence = head.sequence + 1
    return ChainLink(sequence, head.hash, link_hash(head.hash, sequence, event), event)


def verify_chain(
    links: Iterable[ChainLink], start: ChainHead, kept_heads: Iterable[ChainHead] = ()
) -> ChainHead | ChainBreak:
    """Follow `links`, as stored, from `start`; give the head they reach, or the first break.

    `start` is the genesis, or a head that was verified before. `kept_heads` are heads known from
    outside the database: each that lies after `start` must be met on the way. One pass, in
    constant memory, up to the first break; then the rest is read once to name its kind.
    """
    expected_hashes = {head.sequence: head.hash for head in kept_heads}
    remaining = iter(links)
    head = start
    for link in remaining:
        if not _follows(link, head):
            return ChainBreak(_kind_of_break(link, remaining, head), head.sequence + 1)
        head = ChainHead(link.sequence, link.hash)
        if expected_hashes.get(head.sequence, head.hash) != head.hash:
            return ChainBreak(BreakKind.EDITED, head.sequence)
    if any(sequence > head.sequence for sequence in expected_hashes):
        return ChainBreak(BreakKind.MISSING, head.sequence + 1)
    return head


def _follows(link: ChainLink, head: ChainHead) -> bool:
    return (
        link.sequence == head.sequence + 1
        and link.previous == head.hash
        and link.hash == link_hash(head.hash, link.sequence, link.event)
    )


def _kind_of_break(found: ChainLink, rest: Iterator[ChainLink], head: ChainHead) -> BreakKind:
    """Tell why `found` doesn't follow `head`: look whether the link that belongs there is later."""
    if found.sequence <= head.sequence:
        return BreakKind.REORDERED
    is_in_its_place = found.sequence == head.sequence + 1
    if is_in_its_place and _belongs_after(found, head):
        return BreakKind.EDITED  # only its copy of the hash before it was touched
    if _belongs_after(found, head) or any(_belongs_after(link, head) for link in rest):
        return BreakKind.REORDERED
    return BreakKind.EDITED if is_in_its_place else BreakKind.MISSING


def _belongs_after(link: ChainLink, head: ChainHead) -> bool:
    """Whether the event was linked right after `head`, whatever number its row bears now."""
    return link.hash == link_hash(head.hash, head.sequence + 1, link.event)
