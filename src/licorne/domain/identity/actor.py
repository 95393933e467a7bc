"""Who does a thing: every audit row and every grant names one."""

import enum
import uuid
from dataclasses import dataclass

NOBODY = uuid.UUID(int=0)


class ActorKind(enum.StrEnum):
    MEMBER = "member"
    SERVICE = "service"  # a named service identity: sends, never reads
    CONTACT = "contact"  # known by the mailbox that was proved
    OPERATOR = "operator"  # who runs a command on the installation's machine
    SYSTEM = "system"  # a job
    NOBODY = "nobody"  # not yet proved


@dataclass(frozen=True, slots=True)
class Actor:
    kind: ActorKind
    id: uuid.UUID

    @classmethod
    def nobody(cls) -> "Actor":
        return cls(ActorKind.NOBODY, NOBODY)

    @classmethod
    def system(cls) -> "Actor":
        return cls(ActorKind.SYSTEM, NOBODY)

    @classmethod
    def operator(cls) -> "Actor":
        return cls(ActorKind.OPERATOR, NOBODY)
