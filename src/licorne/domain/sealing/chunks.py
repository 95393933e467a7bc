"""How a part is cut: chunks of 64 KiB, each AES-256-GCM, so that 50 MB stream in constant memory.

STREAM, as age does it: the nonce is eleven bytes of counter and one byte that is 1 on the last
chunk only, so a chunk moved, dropped, repeated or cut off fails. Every part has a key of its own
(`contexts.part_context`), which seals once; so no nonce is ever used twice with a key. An empty
part is one empty last chunk; otherwise the last chunk holds at least one byte.
"""

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

# What fits one chunk may lie in the row; larger parts go to the blob store.
SMALL_PART_BYTES = CHUNK_BYTES


def chunk_nonce(index: int, *, last: bool) -> bytes:
    return index.to_bytes(11) + (b"\x01" if last else b"\x00")


def sealed_size(plain_size: int) -> int:
    """Say how many bytes a part of ``plain_size`` bytes takes when sealed."""
    chunks = max(1, -(-plain_size // CHUNK_BYTES))
    return plain_size + chunks * TAG_BYTES


def plain_size(sealed: int) -> int:
    """Say how many bytes are in a part of ``sealed`` bytes (both sizes are public)."""
    chunks = max(1, -(-sealed // SEALED_CHUNK_BYTES))
    return sealed - chunks * TAG_BYTES
