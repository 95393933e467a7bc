"""Turns a cookie back into the member whose session it is, with their key open."""

from licorne.application.session_cookie import cookie_hash, read_cookie
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.member_session import MemberSession
from licorne.ports.clock import Clock
from licorne.store import member_sessions, members, organizations, reader_keys, threads
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_email, open_member_name
from licorne.vault.session_keys import unlock_session


class ResumeMemberSession:
    """``extend`` is false for what a page asks by itself: it must not keep a session alive."""

    def __init__(self, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def __call__(self, cookie: str, *, extend: bool = True) -> SignedInMember | None:
        """Give the member, or nothing where the session has ended or never was.

        Raises `SealBroken` where a row isn't what was stored.
        """
        secret = read_cookie(cookie)
        if secret is None:
            return None
        hashed = cookie_hash(secret)
        async with self._database.before_tenant() as connection:
            organization = await member_sessions.find(connection, hashed)
        if organization is None:
            return None
        async with self._database.tenant(organization) as connection:
            session = await self._live_session(connection, organization, hashed)
            if session is None:
                return None
            if extend:
                await member_sessions.touch(connection, organization, hashed, self._clock.now())
            return await self._member(connection, session, secret)

    async def is_live(self, cookie: str) -> bool:
        """Ask only whether the session still lasts: what keeps a live stream open asks it."""
        secret = read_cookie(cookie)
        if secret is None:
            return False
        hashed = cookie_hash(secret)
        async with self._database.before_tenant() as connection:
            organization = await member_sessions.find(connection, hashed)
        if organization is None:
            return False
        async with self._database.tenant(organization) as connection:
            session = await self._live_session(connection, organization, hashed)
            if session is None:
                return False
            member = await members.fetch(connection, organization, session.member)
            return member is not None and member.may_act

    async def _live_session(
        self, connection: Connection, organization: OrganizationId, hashed: bytes
    ) -> MemberSession | None:
        session = await member_sessions.fetch(connection, organization, hashed)
        if session is None or not session.is_live(self._clock.now()):
            return None
        return session

    async def _member(
        self, connection: Connection, session: MemberSession, secret: bytes
    ) -> SignedInMember | None:
        organization = await organizations.fetch(connection, session.organization)
        member = await members.fetch(connection, session.organization, session.member)
        key = await reader_keys.fetch_key(connection, session.organization, session.key)
        if organization is None or member is None or key is None or not member.may_act:
            return None
        return SignedInMember(
            organization=organization,
            id=member.id,
            role=member.role,
            name=open_member_name(self._keyring, organization.id, member.id, member.name_sealed),
            email=open_member_email(self._keyring, organization.id, member.id, member.email_sealed),
            teams=await threads.teams_of(connection, organization.id, member.id),
            cookie_hash=session.cookie_hash,
            key=unlock_session(self._keyring, key, secret, session.wrapped),
            language=member.language,
        )
