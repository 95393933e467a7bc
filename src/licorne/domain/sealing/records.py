"""What sealing leaves behind: the records that the store keeps and the vault makes and checks.

Each is what one row says. Byte layouts and the signed encodings stand in ``format.py``; the rules
of who may read stand in the design page on sealing (docs/architecture/sealing.md).
"""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import DeliveryId, KeyId, MessageId, OrganizationId


class ReaderKind(enum.StrEnum):
    """Who can hold a key that opens messages."""

    MAILBOX = "mailbox"  # a contact's, claimed
    WAITING = "waiting"  # a contact's, before the first visit (provisional, under K_enrol)
    MEMBER = "member"
    TEAM = "team"
    RECORD = "record"  # the organization's own copy
    KIT = "kit"  # the printed officer's share of the recovery kit: opens no message itself


class CopyClass(enum.StrEnum):
    """Whose copy of a message: each has its own shred slot, and so its own end."""

    CONTACT = "contact"
    PRACTICE = "practice"


class WrapMethod(enum.StrEnum):
    """How a grant reaches its reader."""

    HPKE = "hpke"  # to the reader's public key
    INTAKE = "intake"  # AES-256-GCM under an intake key that was itself HPKE-wrapped to the reader


class UnlockMethod(enum.StrEnum):
    """What opens a wrapped private key."""

    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    ENROL = "enrol"  # K_enrol and a shred slot: a waiting mailbox
    SESSION = "session"
    READER = (
        "reader"  # HPKE to another reader's key: a team's to a member, the record's to an officer
    )
    RECOVERY = "recovery"
    PASSKEY = "passkey"
    PAIR = "pair"  # HPKE in HPKE, to two readers: the record's to two officers
    EMERGENCY = "emergency"  # the record's to one member, with an alarm


@dataclass(frozen=True, slots=True)
class SlotReference:
    """Where 32 random bytes lie in the slot store; destroying them destroys a copy everywhere."""

    page: uuid.UUID
    index: int

    def __str__(self) -> str:
        return f"{self.page}:{self.index}"

    @classmethod
    def parse(cls, text: str) -> "SlotReference":
        page, _, index = text.partition(":")
        return cls(uuid.UUID(page), int(index))


@dataclass(frozen=True, slots=True)
class DirectoryKey:
    """A row of the key directory: one public key of one reader, signed by the installation."""

    organization: OrganizationId
    id: KeyId
    kind: ReaderKind
    owner: uuid.UUID  # mailbox, member, team or organization id, by kind
    version: int  # counts up per (kind, owner)
    suite: int
    public_key: bytes
    signature: bytes  # Ed25519 over format.encode_directory_key


@dataclass(frozen=True, slots=True)
class CurrentKey:
    """The signed pointer that says which key of a reader to seal to now."""

    organization: OrganizationId
    kind: ReaderKind
    owner: uuid.UUID
    key: KeyId
    version: int
    signature: bytes  # Ed25519 over format.encode_current_key


@dataclass(frozen=True, slots=True)
class PrivateKeyWrap:
    """A private key half, locked by one method."""

    organization: OrganizationId
    id: uuid.UUID
    key: KeyId
    method: UnlockMethod
    wrapper: KeyId | None  # the reader key that opens it (of a pair: the inner layer)
    slot: SlotReference | None  # for ENROL
    parameters: bytes  # salt and Argon2 costs, for PASSWORD; else empty or method-defined
    wrapped: bytes
    second: KeyId | None = None  # of a pair: the reader key that opens the outer layer


@dataclass(frozen=True, slots=True)
class IntakeKey:
    """A short-lived key that carries grants to one reader without an HPKE run for each."""

    organization: OrganizationId
    id: uuid.UUID
    reader_key: KeyId
    wrapped: bytes  # HPKE
    signature: bytes  # Ed25519 over format.encode_intake_key


@dataclass(frozen=True, slots=True)
class ContentHeader:
    """What was sealed, by whom: signed once, naming no reader."""

    organization: OrganizationId
    message: MessageId
    author: uuid.UUID
    version: int
    suite: int
    content_root: bytes  # 32: hash over every sealed part, in order
    commitment: bytes  # 32: commits to the data key, since GCM does not


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One sealed piece of a message: the body document (number 0) or an attachment."""

    number: int
    sealed: bytes | None  # in the row, when small
    blob: str | None  # else its name in the blob store
    sealed_size: int
    digest: bytes  # SHA-256 of the sealed bytes


@dataclass(frozen=True, slots=True)
class SignedHeader:
    encoded: bytes  # format.encode_header
    signature: bytes


@dataclass(frozen=True, slots=True)
class Grant:
    """The data key of a message, locked by its copy's slot and wrapped to one reader."""

    organization: OrganizationId
    id: uuid.UUID
    message: MessageId
    delivery: DeliveryId | None  # set on a contact's grant
    copy: CopyClass
    reader_kind: ReaderKind
    reader_key: KeyId
    method: WrapMethod
    intake_key: uuid.UUID | None
    challenge: bytes | None  # salt and costs of the inner passphrase layer, when there is one
    wrapped: bytes
    act: uuid.UUID


@dataclass(frozen=True, slots=True)
class GrantAct:
    """One act of granting: a signature over the hashes of all grants made in it."""

    organization: OrganizationId
    id: uuid.UUID
    message: MessageId
    granter: uuid.UUID
    grant_hashes: bytes  # 32 bytes each, in order
    signature: bytes


class InstallationKeyName(enum.StrEnum):
    """The installation's subkeys, each wrapped by K0's custody and rotated alone."""

    PEPPER = "pepper"
    LOOKUP = "lookup"
    FIELDS = "fields"
    ENROL = "enrol"
    LINK = "link"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class InstallationKeyRow:
    """One version of one subkey, as the database keeps it: of no use without K0."""

    name: InstallationKeyName
    version: int  # counts up from 1; the highest that is in use seals, all of them open
    wrapped: bytes
    in_use_at: datetime | None = None  # sealed with from then on; none: at once
