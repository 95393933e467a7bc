"""An owner or officer invites somebody, or lets a member come back who can't sign in any more.

Either gives a link, to be handed on by the person who made it: it serves once, for a week, and
what the installation keeps of it can't be turned back into it.
"""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.governing.govern_in_turn import govern_in_turn
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.email_address import EmailAddress, parse_email_address
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.invitation import LIFETIME, Invitation, InvitationKind
from licorne.domain.identity.permission import Permission, may_govern
from licorne.domain.identity.role import Role
from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.ports.randomness import Randomness
from licorne.store import invitations, member_access, members, record_keys
from licorne.store.database import Connection, Database
from licorne.store.members import EmailInUse
from licorne.vault.access_secrets import invitation_lookup, make_invitation_token
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import (
    email_lookup,
    open_invited_email,
    open_member_email,
    seal_invited_email,
)


@dataclass(frozen=True, slots=True)
class MadeInvitation:
    id: uuid.UUID
    email: str
    expires_at: datetime
    token: str = field(repr=False)  # to be shown once; it is kept nowhere


@dataclass(frozen=True, slots=True)
class ListedInvitation:
    id: uuid.UUID
    kind: InvitationKind
    email: str
    role: Role
    expires_at: datetime


class KeepInvitations:
    def __init__(
        self, database: Database, keyring: Keyring, randomness: Randomness, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._acts = acts

    async def invite(
        self, by: ActingMember, email: EmailAddress, role: Role
    ) -> MadeInvitation | None:
        """Invite somebody; nothing, recorded, for a role that isn't theirs to give.

        Raises `NotPermitted` and ``EmailInUse``.
        """
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        lookup = email_lookup(self._keyring, email)
        async with self._database.before_tenant() as connection:
            if await members.find(connection, lookup) is not None:
                raise EmailInUse
        async with self._database.tenant(by.organization.id) as connection:
            if not may_govern(by.role, role):
                await self._refuse(connection, by, Tag.MEMBER_INVITED, role.value)
                return None
            invitation, token = self._new(by, InvitationKind.JOIN, email, role, None)
            await invitations.add(connection, invitation)
            await self._acts.record(
                connection, by, Tag.MEMBER_INVITED, invitation.id, detail=role.value
            )
        return MadeInvitation(invitation.id, email.text, invitation.expires_at, token)

    async def let_back(
        self,
        by: ActingMember,
        member: MemberId,
        proof: IdentityProof,
        *,
        by_operator: bool = False,
    ) -> MadeInvitation | None:
        """Let a member set everything up anew, after making sure that it is them.

        Whatever they got in by ends now, and again when they come back: until then the password
        still serves. Their conversations come back by `HandOver`, since the new key opens nothing
        old. Nothing, recorded, for a member who isn't theirs to govern, or
        who alone opens the practice's copies: these would be lost with the old key (a printed kit
        opens them, too). The operator lets back a sole owner, whom nobody else could.
        """
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            row, may = await govern_in_turn(connection, by, member)
            theirs = row is not None and row.may_act and (row.id != by.id or by_operator)
            only_holder = not await record_keys.opens_without(connection, organization, member)
            if row is None or not theirs or only_holder or not may:
                why = "only_record_holder" if only_holder else proof.value
                await self._refuse(connection, by, Tag.MEMBER_LET_BACK, why, member)
                return None
            email = parse_email_address(
                open_member_email(self._keyring, organization, row.id, row.email_sealed)
            )
            invitation, token = self._new(by, InvitationKind.RETURN, email, row.role, row.id)
            await member_access.end_all(connection, organization, member, now)
            await invitations.add(connection, invitation)
            await self._acts.record(connection, by, Tag.MEMBER_LET_BACK, member, detail=proof.value)
        return MadeInvitation(invitation.id, email.text, invitation.expires_at, token)

    async def list(self, by: ActingMember) -> tuple[ListedInvitation, ...]:
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            found = await invitations.fetch_open(connection, organization, self._acts.now())
        return tuple(
            ListedInvitation(
                one.id,
                one.kind,
                open_invited_email(self._keyring, organization, one.id, one.email_sealed),
                one.role,
                one.expires_at,
            )
            for one in found
        )

    async def withdraw(self, by: ActingMember, invitation: uuid.UUID) -> bool:
        """End an open invitation; False, recorded, where there is none of theirs to end."""
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        organization, tag = by.organization.id, Tag.INVITATION_WITHDRAWN
        async with self._database.tenant(organization) as connection:
            found = await invitations.fetch(connection, organization, invitation)
            ended = (
                found is not None
                and may_govern(by.role, found.role)
                and await invitations.end(connection, organization, invitation, self._acts.now())
            )
            outcome = Outcome.DONE if ended else Outcome.REFUSED
            await self._acts.record(connection, by, tag, invitation, outcome=outcome)
        return ended

    def _new(
        self,
        by: ActingMember,
        kind: InvitationKind,
        email: EmailAddress,
        role: Role,
        member: MemberId | None,
    ) -> tuple[Invitation, str]:
        token, made = make_invitation_token(self._randomness), self._acts.new_id()
        now = self._acts.now()
        invitation = Invitation(
            organization=by.organization.id,
            id=made,
            kind=kind,
            member=member,
            role=role,
            email_lookup=email_lookup(self._keyring, email),
            email_sealed=seal_invited_email(self._keyring, by.organization.id, made, email),
            token_hash=invitation_lookup(self._keyring, token),
            invited_by=by.id,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        return invitation, token

    async def _refuse(
        self,
        connection: Connection,
        by: ActingMember,
        tag: Tag,
        detail: str,
        subject: uuid.UUID | None = None,
    ) -> None:
        await self._acts.record(
            connection, by, tag, subject, outcome=Outcome.REFUSED, detail=detail
        )
