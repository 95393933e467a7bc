"""One act of granting: wraps of a message's data key for its readers, under one signature.

A grant's plaintext is the data key locked by its copy's slot; then, for a challenged delivery,
the passphrase's layer; then HPKE to the reader's key, or AES-256-GCM under an intake key.
"""

import uuid
from dataclasses import replace

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.contexts import grant_context
from licorne.domain.sealing.format import encode_act, grant_hash, header_hash, is_header_of
from licorne.domain.sealing.records import (
    CopyClass,
    Grant,
    GrantAct,
    SignedHeader,
    WrapMethod,
)
from licorne.ports.randomness import Randomness
from licorne.vault import hybrid
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.data_key import DataKey
from licorne.vault.derivation import derive
from licorne.vault.intake_keys import OpenIntakeKey
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock
from licorne.vault.reader_keys import ReaderKey


class GrantingAct:
    """Collects the grants of one act; `sign` ends it. ``granter``: a member, service or mailbox."""

    def __init__(
        self,
        keyring: Keyring,
        randomness: Randomness,
        *,
        organization: OrganizationId,
        message: MessageId,
        act_id: uuid.UUID,
        granter: uuid.UUID,
    ) -> None:
        self._keyring = keyring
        self._randomness = randomness
        self.organization = organization
        self.message = message
        self.act_id = act_id
        self.granter = granter
        self._grants: list[Grant] = []

    @property
    def grants(self) -> tuple[Grant, ...]:
        return tuple(self._grants)

    def grant(
        self,
        data_key: DataKey,
        *,
        grant_id: uuid.UUID,
        copy: CopyClass,
        slot_secret: bytes,
        reader: ReaderKey,
        delivery: DeliveryId | None = None,
        intake: OpenIntakeKey | None = None,
        challenge: ChallengeSecret | None = None,
    ) -> Grant:
        """Grant to one reader. `MessageSeal.grant` and `OpenedMessage.grant` give the data key."""
        if (data_key.organization, data_key.message) != (self.organization, self.message):
            raise ValueError("an act grants one message")
        inner = data_key.locked_by(copy, slot_secret, self._randomness)
        if challenge is not None:
            if delivery is None or copy is not CopyClass.CONTACT:
                raise ValueError("a challenge belongs to a contact's delivery")
            layer_key = challenge.layer_key(self.organization, self.message, delivery)
            inner = lock(layer_key, inner, self._randomness)
        parameters = None if challenge is None else challenge.parameters
        return self.wrap(inner, grant_id, copy, reader, delivery, intake, parameters)

    def wrap(
        self,
        inner: bytes,
        grant_id: uuid.UUID,
        copy: CopyClass,
        reader: ReaderKey,
        delivery: DeliveryId | None,
        intake: OpenIntakeKey | None,
        challenge_parameters: bytes | None,
    ) -> Grant:
        """Wrap what is inside a grant. For `grant` and `UnwrappedGrant.carry_over` only."""
        if reader.row.organization != self.organization:
            raise ValueError("a reader of another organization")
        method = WrapMethod.HPKE if intake is None else WrapMethod.INTAKE
        intake_key = None if intake is None else intake.id

        def with_wrap(wrapped: bytes) -> Grant:  # a third of what dataclasses.replace takes
            return Grant(
                self.organization,
                grant_id,
                self.message,
                delivery,
                copy,
                reader.row.kind,
                reader.row.id,
                method,
                intake_key,
                challenge_parameters,
                wrapped,
                self.act_id,
            )

        context = grant_context(with_wrap(b""))
        if intake is None:
            wrapped = hybrid.wrap(reader.public, inner, context)
        else:
            if intake.reader_key != reader.row.id:
                raise ValueError("an intake key of another reader")
            wrapped = lock(derive(intake.secret, context), inner, self._randomness)
        grant = with_wrap(wrapped)
        self._grants.append(grant)
        return grant

    def sign(self, header: SignedHeader) -> GrantAct:
        """Sign all grants made so far, for the message whose header this is."""
        if not is_header_of(header.encoded, self.organization, self.message):
            raise ValueError("the header of another message")
        bound_to = header_hash(header.encoded)
        unsigned = GrantAct(
            organization=self.organization,
            id=self.act_id,
            message=self.message,
            granter=self.granter,
            grant_hashes=b"".join(
                grant_hash(grant, bound_to, self.granter) for grant in self._grants
            ),
            signature=b"",
        )
        return replace(unsigned, signature=self._keyring.sign(encode_act(unsigned, bound_to)))
