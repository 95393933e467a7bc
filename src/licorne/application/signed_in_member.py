"""A member within a session: who acts, and the keys that are open while the request lasts."""

import uuid
from dataclasses import dataclass, field

from licorne.application.acting_member import ActingMember
from licorne.domain.identity.language import Language
from licorne.domain.identity.member_session import session_id
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.vault.reader_keys import OpenReaderKey


@dataclass(frozen=True, slots=True)
class SignedInMember(ActingMember):
    """Made by `ResumeMemberSession` for one request; use cases of members take it first."""

    teams: tuple[Inbox, ...]
    cookie_hash: bytes = field(repr=False)
    key: OpenReaderKey = field(repr=False)  # the member's own; opens their threads
    language: Language | None = None

    @property
    def via(self) -> uuid.UUID:
        return session_id(self.cookie_hash)

    @property
    def inboxes(self) -> tuple[Inbox, ...]:
        """The member's own inbox and those of their teams: all that they may read."""
        return (Inbox(OwnerKind.MEMBER, uuid.UUID(int=self.id.int)), *self.teams)
