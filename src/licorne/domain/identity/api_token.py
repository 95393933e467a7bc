"""API tokens: what a program shows to act for a member or a service. They send and read nothing."""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId, TokenId
from licorne.domain.translatable import translatable

LONGEST_LIFETIME = timedelta(days=366)
USUAL_LIFETIME = timedelta(days=90)


class Scope(enum.StrEnum):
    """What a token may do. None lets anybody read what a message says."""

    SEND = "messages:send"
    STATE = "messages:state"
    RECALL = "messages:recall"
    SEE_CONTACTS = "contacts:read"
    CHANGE_CONTACTS = "contacts:write"
    SEE_THREADS = "threads:read"
    SEE_MEMBERS = "members:read"
    SEE_EVENTS = "events:read"
    KEEP_WEBHOOKS = "webhooks:write"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Scope.SEND: translatable("send secure texts"),
    Scope.STATE: translatable("see what became of messages, never what they say"),
    Scope.RECALL: translatable("take messages back"),
    Scope.SEE_CONTACTS: translatable("see contacts' names and numbers"),
    Scope.CHANGE_CONTACTS: translatable("add, change and remove contacts"),
    Scope.SEE_THREADS: translatable("see that there are conversations, never what is said in them"),
    Scope.SEE_MEMBERS: translatable("see who works in the practice"),
    Scope.SEE_EVENTS: translatable("follow what happens, by ids only"),
    Scope.KEEP_WEBHOOKS: translatable("say where events are to be told, by ids only"),
}


class ScopeUnknown(Exception):
    """A word that is no scope; the sentence lists those that there are."""

    def __init__(self) -> None:
        super().__init__("scope_unknown")
        self.sentence = translatable("A scope is one of %(scopes)s.", scopes=", ".join(Scope))


def parse_scope(text: str) -> Scope:
    """Read one scope. Raises `ScopeUnknown`."""
    try:
        return Scope(text.strip())
    except ValueError:
        raise ScopeUnknown from None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One program's token; the secret itself is known to that program only."""

    organization: OrganizationId
    id: TokenId
    actor: Actor  # the member or service that it acts for
    label: str
    scopes: frozenset[Scope]
    secret_hash: bytes
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
