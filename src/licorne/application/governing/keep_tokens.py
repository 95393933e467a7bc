"""Tokens for programs: made for oneself by any member who writes, for others by an owner.

A token is shown once and kept as an HMAC. It acts for its holder and for nobody else.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import MOST, ActRefusal, ActRefused, one_line_name
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.api_token import LONGEST_LIFETIME, ApiToken, Scope
from licorne.domain.identity.ids import MemberId, OrganizationId, ServiceId, TokenId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.role import Role
from licorne.ports.randomness import Randomness
from licorne.store import members, services, tokens
from licorne.store.database import Connection, Database
from licorne.vault.access_secrets import api_token_lookup, make_api_token
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name

_SHORTEST_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AddedToken:
    id: TokenId
    label: str
    scopes: frozenset[Scope]
    expires_at: datetime
    secret: str = field(repr=False)  # to be shown once; it is kept nowhere


@dataclass(frozen=True, slots=True)
class ListedToken:
    token: ApiToken
    holder: str  # the member's or service's name


class KeepTokens:
    def __init__(
        self, database: Database, keyring: Keyring, randomness: Randomness, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._acts = acts

    async def add(
        self,
        by: ActingMember,
        holder: Actor,
        label: str,
        scopes: Collection[Scope],
        lifetime: timedelta,
    ) -> AddedToken:
        """Make a token for a member or a service. Raises `ActRefused`, which is recorded."""
        await self._acts.permit(self._database, by, Permission.KEEP_TOKENS)
        name, organization = one_line_name(label), by.organization.id
        if not scopes:
            raise ActRefused(ActRefusal.SCOPE_NEEDED)
        if not _SHORTEST_LIFETIME <= lifetime <= LONGEST_LIFETIME:
            raise ActRefused(ActRefusal.LIFETIME)
        secret = make_api_token(self._randomness)
        now = self._acts.now()
        token = ApiToken(
            organization=organization,
            id=TokenId(self._acts.new_id()),
            actor=holder,
            label=name,
            scopes=frozenset(scopes),
            secret_hash=api_token_lookup(self._keyring, secret),
            created_at=now,
            expires_at=now + lifetime,
        )
        async with self._database.tenant(organization) as connection:
            refusal = await self._why_not(connection, by, holder)
            if refusal is None:
                await tokens.add(connection, token)
                await self._acts.record(connection, by, Tag.TOKEN_ADDED, token.id)
            else:
                await self._record_refusal(connection, by, Tag.TOKEN_ADDED, refusal)
        if refusal is not None:
            raise ActRefused(refusal)
        return AddedToken(token.id, name, token.scopes, token.expires_at, secret)

    async def list(self, by: ActingMember) -> tuple[ListedToken, ...]:
        """List one's own tokens; an owner sees all."""
        organization = by.organization.id
        only = None if by.may(Permission.KEEP_TOKENS_OF_ALL) else by.id
        async with self._database.tenant(organization) as connection:
            found = await tokens.fetch_all(connection, organization, only)
            names = await self._holders(connection, organization)
        return tuple(ListedToken(token, names[token.actor.id]) for token in found)

    async def revoke(self, by: ActingMember, token: TokenId) -> None:
        """Revoke a token; it stops serving at once. Raises `ActRefused`."""
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await tokens.fetch(connection, organization, token)
            may = found is not None and (
                found.actor == by.actor or by.may(Permission.KEEP_TOKENS_OF_ALL)
            )
            revoked = may and await tokens.revoke(connection, organization, token, self._acts.now())
            if revoked:
                await self._acts.record(connection, by, Tag.TOKEN_REVOKED, token)
            else:
                await self._record_refusal(
                    connection, by, Tag.TOKEN_REVOKED, ActRefusal.NO_SUCH_TOKEN
                )
        if not revoked:
            raise ActRefused(ActRefusal.NO_SUCH_TOKEN)

    async def _why_not(
        self, connection: Connection, by: ActingMember, holder: Actor
    ) -> ActRefusal | None:
        organization = by.organization.id
        if holder != by.actor and not by.may(Permission.KEEP_TOKENS_OF_ALL):
            return ActRefusal.NOT_ALLOWED
        if holder.kind is ActorKind.SERVICE:
            service = await services.fetch(connection, organization, ServiceId(holder.id))
            if service is None or service.removed_at is not None:
                return ActRefusal.NO_SUCH_SERVICE
        else:
            member = await members.fetch(connection, organization, MemberId(holder.id))
            if member is None or member.removed_at is not None:
                return ActRefusal.NO_SUCH_MEMBER
            if member.suspended_at is not None:
                return ActRefusal.MEMBER_SUSPENDED
            if member.role is Role.AUDITOR:
                return ActRefusal.CANNOT_SEND
        held = await tokens.fetch_all(connection, organization)
        if sum(token.actor == holder for token in held) >= MOST:
            return ActRefusal.TOO_MANY
        return None

    async def _holders(
        self, connection: Connection, organization: OrganizationId
    ) -> dict[object, str]:
        names: dict[object, str] = {}
        for member in await members.fetch_all(connection, organization, with_removed=True):
            names[member.id] = open_member_name(
                self._keyring, organization, member.id, member.name_sealed
            )
        for service in await services.fetch_all(connection, organization, with_removed=True):
            names[service.id] = service.name
        return names

    async def _record_refusal(
        self, connection: Connection, by: ActingMember, tag: Tag, refusal: ActRefusal
    ) -> None:
        await self._acts.record(
            connection, by, tag, outcome=Outcome.REFUSED, detail=refusal.name.lower()
        )
