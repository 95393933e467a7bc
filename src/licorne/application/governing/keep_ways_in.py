"""What a member gets in by: sessions, passkeys, app passwords, API tokens. Each can be ended alone.

By the member themself, and by an owner or officer who may govern them. Ended means ended: the next
request finds nothing (threat 24).
"""

import enum
import uuid
from dataclasses import dataclass

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.api_token import ApiToken
from licorne.domain.identity.app_password import AppPassword
from licorne.domain.identity.ids import AppPasswordId, MemberId, TokenId
from licorne.domain.identity.member import Member
from licorne.domain.identity.member_session import MemberSession
from licorne.domain.identity.passkey import Passkey
from licorne.domain.identity.permission import Permission, may_govern
from licorne.store import (
    app_passwords,
    member_sessions,
    members,
    passkeys,
    tokens,
)
from licorne.store.database import Connection, Database


class WayIn(enum.StrEnum):
    SESSION = "session"
    APP_PASSWORD = "app-password"  # noqa: S105 - a name
    PASSKEY = "passkey"
    TOKEN = "token"  # noqa: S105


_TAGS = {
    WayIn.SESSION: Tag.SESSION_REVOKED,
    WayIn.APP_PASSWORD: Tag.APP_PASSWORD_REVOKED,
    WayIn.PASSKEY: Tag.PASSKEY_REMOVED,
    WayIn.TOKEN: Tag.TOKEN_REVOKED,
}


@dataclass(frozen=True, slots=True)
class WaysIn:
    sessions: tuple[MemberSession, ...]
    passkeys: tuple[Passkey, ...]
    app_passwords: tuple[AppPassword, ...]
    tokens: tuple[ApiToken, ...]
    this_session: uuid.UUID | None  # the one that asks, where it is among them


class KeepWaysIn:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, by: SignedInMember, member: MemberId) -> WaysIn | None:
        """List them; nothing for a member who isn't there or isn't theirs to govern."""
        organization = by.organization.id
        await self._permit(by, member)
        async with self._database.tenant(organization) as connection:
            if not _may(by, await members.fetch(connection, organization, member)):
                return None
            sessions = await member_sessions.of_member(connection, organization, member)
            live = tuple(one for one in sessions if one.is_live(self._acts.now()))
            mine = next((one.id for one in live if one.cookie_hash == by.cookie_hash), None)
            return WaysIn(
                live,
                await passkeys.of_member(connection, organization, member),
                await app_passwords.of_member(connection, organization, member),
                await tokens.fetch_all(connection, organization, member),
                mine,
            )

    async def end(self, by: SignedInMember, member: MemberId, kind: WayIn, way: uuid.UUID) -> bool:
        """End one; False where there is none, or none of theirs: that is recorded as refused."""
        organization, tag = by.organization.id, _TAGS[kind]
        await self._permit(by, member)
        async with self._database.tenant(organization) as connection:
            row = await members.fetch(connection, organization, member)
            ended = _may(by, row) and await self._end(connection, by, member, kind, way)
            await self._acts.record(
                connection, by, tag, way, outcome=Outcome.DONE if ended else Outcome.REFUSED
            )
        return ended

    async def _permit(self, by: SignedInMember, member: MemberId) -> None:
        own = member == by.id
        needed = Permission.KEEP_OWN_ACCOUNT if own else Permission.GOVERN_MEMBERS
        await self._acts.permit(self._database, by, needed)

    async def _end(
        self,
        connection: Connection,
        by: SignedInMember,
        member: MemberId,
        kind: WayIn,
        way: uuid.UUID,
    ) -> bool:
        organization, now = by.organization.id, self._acts.now()
        if kind is WayIn.APP_PASSWORD:
            return await app_passwords.revoke(
                connection, organization, member, AppPasswordId(way), now
            )
        if kind is WayIn.PASSKEY:
            return await passkeys.remove(connection, organization, member, way)
        if kind is WayIn.TOKEN:
            token = await tokens.fetch(connection, organization, TokenId(way))
            theirs = token is not None and token.actor == Actor(ActorKind.MEMBER, member)
            return theirs and await tokens.revoke(connection, organization, TokenId(way), now)
        for session in await member_sessions.of_member(connection, organization, member):
            if session.id == way:
                return await member_sessions.end(connection, organization, session.cookie_hash)
        return False


def _may(by: ActingMember, row: Member | None) -> bool:
    if row is None or row.removed_at is not None:
        return False
    return row.id == by.id or may_govern(by.role, row.role)
