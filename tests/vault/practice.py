"""A small practice with real keys, for the vault's tests: readers, slots, and sealed messages."""

import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from licorne.adapters.system import SystemRandomness
from licorne.domain.identity.ids import DeliveryId, KeyId, MessageId, OrganizationId
from licorne.domain.sealing.records import (
    CopyClass,
    Grant,
    GrantAct,
    InstallationKeyName,
    IntakeKey,
    ReaderKind,
    SealedPart,
    SignedHeader,
)
from licorne.ports.randomness import Randomness
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.intake_keys import OpenIntakeKey, make_intake_key
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.message_seal import MessageSeal
from licorne.vault.opened_message import OpenedMessage, unwrap_grant
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey, make_reader_key

BODY = b'{"a":"canary in the body"}'


def make_keyring(randomness: Randomness | None = None) -> Keyring:
    randomness = randomness or SystemRandomness()
    return Keyring({name: {1: randomness.bytes(32)} for name in InstallationKeyName}, randomness)


@dataclass(frozen=True)
class SealedCase:
    """All rows of one message, and what lies outside the database: its two slots."""

    header: SignedHeader
    parts: tuple[SealedPart, ...]
    act: GrantAct
    contact_grant: Grant
    member_grant: Grant
    record_grant: Grant
    intake: IntakeKey
    contact_slot: bytes
    practice_slot: bytes
    blobs: dict[str, bytes] = field(default_factory=dict)

    @property
    def grants(self) -> tuple[Grant, ...]:
        return (self.contact_grant, self.member_grant, self.record_grant)


class Practice:
    def __init__(self, randomness: Randomness | None = None) -> None:
        self.randomness = randomness or SystemRandomness()
        self.keyring = make_keyring(self.randomness)
        self.directory = KeyDirectory(self.keyring)
        self.organization = OrganizationId(self.id())
        self.contact = self.reader(ReaderKind.WAITING)
        self.member = self.reader(ReaderKind.MEMBER)
        self.record = self.reader(ReaderKind.RECORD)

    def id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.randomness.bytes(16), version=4)

    def reader(self, kind: ReaderKind, organization: OrganizationId | None = None) -> OpenReaderKey:
        return make_reader_key(
            self.keyring,
            self.randomness,
            organization=organization or self.organization,
            key=KeyId(self.id()),
            kind=kind,
            owner=self.id(),
            version=1,
        )

    def checked(self, key: OpenReaderKey) -> ReaderKey:
        return self.directory.checked(key.row)

    def new_seal(self) -> MessageSeal:
        return MessageSeal(
            self.keyring,
            self.randomness,
            organization=self.organization,
            message=MessageId(self.id()),
            author=self.member.row.owner,
        )

    def intake(self, key: OpenReaderKey) -> tuple[OpenIntakeKey, IntakeKey]:
        return make_intake_key(self.keyring, self.randomness, self.checked(key))

    def seal(self, body: bytes = BODY, challenge: ChallengeSecret | None = None) -> SealedCase:
        """A message to the contact (HPKE), the member (intake key) and the record (HPKE)."""
        seal = self.new_seal()
        seal.seal_small(0, body)
        return self.grant_all(seal, challenge)

    def grant_all(self, seal: MessageSeal, challenge: ChallengeSecret | None = None) -> SealedCase:
        contact_slot, practice_slot = self.randomness.bytes(32), self.randomness.bytes(32)
        opened, intake = self.intake(self.member)
        act = seal.begin_act(self.id(), self.member.row.owner)
        contact_grant = seal.grant(
            act,
            grant_id=self.id(),
            copy=CopyClass.CONTACT,
            slot_secret=contact_slot,
            reader=self.checked(self.contact),
            delivery=DeliveryId(self.id()),
            challenge=challenge,
        )
        member_grant = seal.grant(
            act,
            grant_id=self.id(),
            copy=CopyClass.PRACTICE,
            slot_secret=practice_slot,
            reader=self.checked(self.member),
            intake=opened,
        )
        record_grant = seal.grant(
            act,
            grant_id=self.id(),
            copy=CopyClass.PRACTICE,
            slot_secret=practice_slot,
            reader=self.checked(self.record),
        )
        header = seal.finish()
        return SealedCase(
            header=header,
            parts=seal.parts,
            act=act.sign(header),
            contact_grant=contact_grant,
            member_grant=member_grant,
            record_grant=record_grant,
            intake=intake,
            contact_slot=contact_slot,
            practice_slot=practice_slot,
        )

    def open_as_contact(
        self,
        case: SealedCase,
        challenge: ChallengeSecret | None = None,
        key: OpenReaderKey | None = None,
    ) -> OpenedMessage:
        unwrapped = unwrap_grant(
            self.keyring, case.header, case.contact_grant, case.act, key or self.contact
        )
        return unwrapped.open(case.parts, case.contact_slot, challenge)

    def open_as_member(self, case: SealedCase) -> OpenedMessage:
        unwrapped = unwrap_grant(
            self.keyring, case.header, case.member_grant, case.act, self.member, case.intake
        )
        return unwrapped.open(case.parts, case.practice_slot)

    def open_as_record(self, case: SealedCase) -> OpenedMessage:
        unwrapped = unwrap_grant(
            self.keyring, case.header, case.record_grant, case.act, self.record
        )
        return unwrapped.open(case.parts, case.practice_slot)


async def stream_of(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])
