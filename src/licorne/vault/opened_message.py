"""Opens a message for one reader, in two steps, and lets it be granted on.

    unwrapped = unwrap_grant(keyring, header, grant, act, reader_key, intake)
    message = unwrapped.open(parts, slot_secret, challenge)
    BodyDocument.decode(message.open_part(0))

Before anything is opened, the header's and the act's signatures are checked, and that the grant
is one of that act. Between the steps a challenged grant can be carried over to another key of the
same person without its passphrase (`UnwrappedGrant.carry_over`).
"""

import uuid
from collections.abc import AsyncIterable, AsyncIterator, Sequence

from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.contexts import grant_context
from licorne.domain.sealing.encoding import EncodingBroken
from licorne.domain.sealing.faults import SealBroken, WrongPassphrase
from licorne.domain.sealing.format import (
    HASH_BYTES,
    content_root,
    decode_header,
    encode_act,
    grant_hash,
    header_hash,
)
from licorne.domain.sealing.records import (
    ContentHeader,
    CopyClass,
    Grant,
    GrantAct,
    IntakeKey,
    SealedPart,
    SignedHeader,
    WrapMethod,
)
from licorne.vault import chunk_stream
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.data_key import DataKey
from licorne.vault.derivation import derive
from licorne.vault.granting import GrantingAct
from licorne.vault.intake_keys import OpenIntakeKey, open_intake_key
from licorne.vault.keyring import Keyring
from licorne.vault.locking import unlock
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey


class OpenedMessage:
    """A message that somebody can read now."""

    def __init__(
        self, header: ContentHeader, parts: Sequence[SealedPart], data_key: DataKey
    ) -> None:
        self.header = header
        self.parts = tuple(parts)
        self._data_key = data_key

    def open_part(self, number: int) -> bytes:
        """Open a part that lies in its row. Raises `SealBroken`."""
        return chunk_stream.open_small(self._data_key.part_key(number), self._part(number))

    def open_stream(self, number: int, sealed: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """Open a part from the blob store as it streams by. Raises `SealBroken` on the way."""
        return chunk_stream.open_stream(self._data_key.part_key(number), self._part(number), sealed)

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
        """Grant to one more reader, as a part of ``act``; sign that with this message's header.

        ``copy`` may be another than the one this was opened by, while its slot lives: so a member
        gives a contact old messages back, or sets a delivery a new passphrase.
        """
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

    def _part(self, number: int) -> SealedPart:
        if not 0 <= number < len(self.parts):
            raise SealBroken("no part of that number")
        return self.parts[number]


class UnwrappedGrant:
    """A grant that its reader's key opened; the slot's lock, and a challenge's, still hold."""

    def __init__(self, header: ContentHeader, grant: Grant, inner: bytes) -> None:
        self.header = header
        self.grant = grant
        self._inner = inner

    def open(
        self,
        parts: Sequence[SealedPart],
        slot_secret: bytes,
        challenge: ChallengeSecret | None = None,
    ) -> OpenedMessage:
        """Open the message; ``parts`` are all of its rows, in order.

        Raises `WrongPassphrase` for a challenge that isn't met, `SealBroken` for the rest.
        """
        grant = self.grant
        try:
            root = content_root(parts)
        except EncodingBroken as error:
            raise SealBroken("parts are missing") from error
        if root != self.header.content_root:
            raise SealBroken("the parts aren't those that were signed")
        inner = self._inner if grant.challenge is None else self._past_challenge(challenge)
        data_key = DataKey.unlocked_by(
            grant.organization, grant.message, grant.copy, slot_secret, inner
        )
        if not data_key.matches(self.header.commitment):
            raise SealBroken("the data key isn't the one that was signed")
        return OpenedMessage(self.header, parts, data_key)

    def carry_over(
        self,
        act: GrantingAct,
        *,
        grant_id: uuid.UUID,
        reader: ReaderKey,
        intake: OpenIntakeKey | None = None,
    ) -> Grant:
        """Wrap the same locks to another key: a claim's, for what waits behind a passphrase."""
        if (act.organization, act.message) != (self.grant.organization, self.grant.message):
            raise ValueError("an act grants one message")
        return act.wrap(
            self._inner,
            grant_id,
            self.grant.copy,
            reader,
            self.grant.delivery,
            intake,
            self.grant.challenge,
        )

    def _past_challenge(self, challenge: ChallengeSecret | None) -> bytes:
        grant = self.grant
        if challenge is None or challenge.parameters != grant.challenge:
            raise WrongPassphrase("no passphrase, or one of another grant, was given")
        if grant.delivery is None:
            raise SealBroken("a challenge without a delivery")
        key = challenge.layer_key(grant.organization, grant.message, grant.delivery)
        try:
            return unlock(key, self._inner)
        except SealBroken as error:
            raise WrongPassphrase("the challenge's layer doesn't open") from error


def unwrap_grant(
    keyring: Keyring,
    header: SignedHeader,
    grant: Grant,
    act: GrantAct,
    reader: OpenReaderKey,
    intake: IntakeKey | None = None,
) -> UnwrappedGrant:
    """Check a grant's signatures and open its wrap. Raises `SealBroken`.

    ``intake`` is the row that ``grant.intake_key`` names, for a grant by that method.
    """
    content = _checked_header(keyring, header, grant)
    _check_act(keyring, header, grant, act)
    if (grant.organization, grant.reader_kind, grant.reader_key) != (
        reader.row.organization,
        reader.row.kind,
        reader.row.id,
    ):
        raise SealBroken("a grant to another reader")
    context = grant_context(grant)
    if grant.method is WrapMethod.HPKE:
        if grant.intake_key is not None:
            raise SealBroken("an intake key where none belongs")
        return UnwrappedGrant(content, grant, reader.unwrap(grant.wrapped, context))
    if intake is None or intake.id != grant.intake_key:
        raise SealBroken("the intake key of a grant is missing")
    opened = open_intake_key(keyring, intake, reader)
    return UnwrappedGrant(content, grant, unlock(derive(opened.secret, context), grant.wrapped))


def _checked_header(keyring: Keyring, header: SignedHeader, grant: Grant) -> ContentHeader:
    keyring.verify(header.encoded, header.signature)
    try:
        content = decode_header(header.encoded)
    except EncodingBroken as error:
        raise SealBroken("the content header can't be read") from error
    if (content.organization, content.message) != (grant.organization, grant.message):
        raise SealBroken("a grant beside another message's header")
    return content


def _check_act(keyring: Keyring, header: SignedHeader, grant: Grant, act: GrantAct) -> None:
    if (act.organization, act.message, act.id) != (grant.organization, grant.message, grant.act):
        raise SealBroken("a grant beside another act")
    bound_to = header_hash(header.encoded)
    keyring.verify(encode_act(act, bound_to), act.signature)
    hashes = act.grant_hashes
    known = {hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)}
    if grant_hash(grant, bound_to, act.granter) not in known:
        raise SealBroken("a grant that its act doesn't name")
