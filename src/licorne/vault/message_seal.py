"""Seals one message: its parts under one new data key, its header signed once.

seal = MessageSeal(keyring, randomness, organization=…, message=…, author=…)
body = seal.seal_small(0, document.encode())
stream = seal.seal_stream(1, blob_name, chunks)
await blobs.put(blob_name, stream)                    # then stream.part
act = seal.begin_act(act_id, granter)
seal.grant(act, grant_id=…, copy=…, slot_secret=…, reader=…)   # one per reader
header = seal.finish()
grant_act = act.sign(header)                          # with act.grants
"""

import uuid
from collections.abc import AsyncIterable

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.encoding import FORMAT_VERSION
from licorne.domain.sealing.format import Suite, content_root, encode_header
from licorne.domain.sealing.records import (
    ContentHeader,
    CopyClass,
    Grant,
    SealedPart,
    SignedHeader,
)
from licorne.ports.randomness import Randomness
from licorne.vault import chunk_stream
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.data_key import DataKey
from licorne.vault.granting import GrantingAct
from licorne.vault.intake_keys import OpenIntakeKey
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import ReaderKey


class MessageSeal:
    def __init__(
        self,
        keyring: Keyring,
        randomness: Randomness,
        *,
        organization: OrganizationId,
        message: MessageId,
        author: uuid.UUID,
    ) -> None:
        self._keyring = keyring
        self._randomness = randomness
        self._author = author
        self._data_key = DataKey.make(organization, message, randomness)
        self._numbers: set[int] = set()
        self._parts: dict[int, SealedPart] = {}
        self._finished = False

    @property
    def parts(self) -> tuple[SealedPart, ...]:
        """Every part sealed so far, in order."""
        return tuple(self._parts[number] for number in sorted(self._parts))

    def seal_small(self, number: int, plaintext: bytes) -> SealedPart:
        """Seal a part that lies in the row; at most `chunks.SMALL_PART_BYTES`."""
        part = chunk_stream.seal_small(self._use(number), number, plaintext)
        self._parts[number] = part
        return part

    def seal_stream(
        self, number: int, blob: str, chunks: AsyncIterable[bytes]
    ) -> chunk_stream.PartStream:
        """Seal a part into the blob store: iterate the result once, then take its ``part``."""

        def done(part: SealedPart) -> None:
            self._parts[number] = part

        return chunk_stream.PartStream(self._use(number), number, blob, chunks, done)

    def begin_act(self, act_id: uuid.UUID, granter: uuid.UUID) -> GrantingAct:
        return GrantingAct(
            self._keyring,
            self._randomness,
            organization=self._data_key.organization,
            message=self._data_key.message,
            act_id=act_id,
            granter=granter,
        )

    def grant(
        self,
        act: GrantingAct,
        *,
        grant_id: uuid.UUID,
        copy: CopyClass,
        slot_secret: bytes,
        reader: ReaderKey,
        delivery: DeliveryId | None = None,
        intake: OpenIntakeKey | None = None,
        challenge: ChallengeSecret | None = None,
    ) -> Grant:
        """Grant to one reader, as a part of ``act``."""
        return act.grant(
            self._data_key,
            grant_id=grant_id,
            copy=copy,
            slot_secret=slot_secret,
            reader=reader,
            delivery=delivery,
            intake=intake,
            challenge=challenge,
        )

    def finish(self) -> SignedHeader:
        """Sign the header over all parts; no part can follow.

        Raises ``EncodingBroken`` when a part is missing or a stream wasn't iterated to its end.
        """
        if self._numbers != self._parts.keys():
            raise RuntimeError("a part is still being sealed")
        header = ContentHeader(
            organization=self._data_key.organization,
            message=self._data_key.message,
            author=self._author,
            version=FORMAT_VERSION,
            suite=Suite.HYBRID,
            content_root=content_root(self.parts),
            commitment=self._data_key.commitment(),
        )
        self._finished = True
        encoded = encode_header(header)
        return SignedHeader(encoded, self._keyring.sign(encoded))

    def _use(self, number: int) -> bytes:
        # One part, one key, one run of nonces.
        if self._finished or number in self._numbers:
            raise RuntimeError("this part was sealed already, or the message is finished")
        self._numbers.add(number)
        return self._data_key.part_key(number)
