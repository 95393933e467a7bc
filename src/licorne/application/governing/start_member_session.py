"""Starts a proved member's session, whatever proved them: a new cookie, and the key in it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.session_cookie import (
    cookie_hash,
    cookie_text,
    new_cookie,
    read_cookie,
)
from licorne.domain.identity.member import Member
from licorne.domain.identity.member_session import ABSOLUTE_LIMIT, MemberSession
from licorne.domain.identity.role import Role
from licorne.domain.sealing.records import PrivateKeyWrap
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import member_sessions, members, reader_keys
from licorne.store.database import Connection
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.session_keys import lock_for_session


@dataclass(frozen=True, slots=True)
class SignedIn:
    cookie: str
    ends_at: datetime
    role: Role
    session: uuid.UUID


class StartMemberSession:
    def __init__(self, keyring: Keyring, clock: Clock, randomness: Randomness) -> None:
        self._keyring = keyring
        self._clock = clock
        self._randomness = randomness

    async def may_still(self, connection: Connection, member: Member, used: PrivateKeyWrap) -> bool:
        """Lock the member and say whether what proved them serves still.

        Opening a key takes long; whoever suspends them or changes the password in that time ends
        all sessions, and one that begins a moment later must not outlive it.
        """
        row = await members.fetch(connection, member.organization, member.id, lock=True)
        there = await reader_keys.fetch_wraps(
            connection, member.organization, used.key, used.method
        )
        return row is not None and row.may_act and any(one.id == used.id for one in there)

    async def __call__(
        self,
        connection: Connection,
        member: Member,
        key: OpenReaderKey,
        earlier_cookie: str | None,
    ) -> SignedIn:
        """Start it; the session of the cookie before dies with this (threat 24)."""
        now = self._clock.now()
        earlier = read_cookie(earlier_cookie) if earlier_cookie else None
        if earlier is not None:
            await member_sessions.end(connection, member.organization, cookie_hash(earlier))
        secret = new_cookie(self._randomness)
        session = MemberSession(
            cookie_hash=cookie_hash(secret),
            organization=member.organization,
            member=member.id,
            key=key.row.id,
            wrapped=lock_for_session(self._keyring, self._randomness, key, secret),
            created_at=now,
            seen_at=now,
            ends_at=now + ABSOLUTE_LIMIT,
        )
        await member_sessions.add(connection, session)
        return SignedIn(cookie_text(secret), session.ends_at, member.role, session.id)
