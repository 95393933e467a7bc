"""A member signs in: a password that opens their key, and a one-time code. One without the other
is nothing, and the answer doesn't tell which was wrong (NIST SP 800-63B-4; threats 21 to 24).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.application.new_ids import NewIds
from licorne.application.session_cookie import (
    cookie_hash,
    cookie_text,
    new_cookie,
    read_cookie,
)
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.identity.member import Member
from licorne.domain.identity.member_session import ABSOLUTE_LIMIT, MemberSession
from licorne.domain.sealing.faults import SealBroken, WrongPassword
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, member_sessions, members, rate_buckets, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import email_lookup, open_totp_secret
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.session_keys import lock_for_session
from licorne.vault.totp import matching_step

MOST_FAILURES = 100  # NIST SP 800-63B-4 §3.2.2: in a row, then somebody has to look at it
_WINDOW = timedelta(minutes=15)
_MOST_PER_ACCOUNT = 10
_MOST_PER_ADDRESS = 100  # a practice may stand behind one address
_MOST_PER_ORGANIZATION = 600


@dataclass(frozen=True, slots=True)
class SignedIn:
    cookie: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """``throttled`` says that nothing was even looked at; the person has to wait."""

    sentence: str
    throttled: bool = False


WRONG = SignInRefused("The email address, the password or the code isn’t right.")
TOO_MANY = SignInRefused(
    "There were too many tries. Wait 15 minutes, then try again.", throttled=True
)


@dataclass(frozen=True, slots=True)
class _Unlocked:
    member: Member
    key: OpenReaderKey


class SignInMember:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, email: str, password: str, code: str, *, address: str, earlier_cookie: str | None
    ) -> SignedIn | SignInRefused:
        """Sign in; ``address`` is the caller's, for the limit on tries.

        The cookie is always a new one and the one before it dies with this (threat 24). Raises
        `PasswordsBusy`.
        """
        lookup = self._account(email)
        if not await self._may_try(lookup, address):
            return TOO_MANY
        async with self._database.before_tenant() as connection:
            found = None if lookup is None else await members.find(connection, lookup)
        if found is None:
            await self._passwords.spend_dummy(password)
            return WRONG
        organization, member_id = found
        if not await self._take("sign-in-organization", organization.bytes, _MOST_PER_ORGANIZATION):
            return TOO_MANY
        async with self._database.tenant(organization) as connection:
            member = await members.fetch(connection, organization, member_id)
        if member is None:
            await self._passwords.spend_dummy(password)
            return WRONG
        opened = await self._unlock(organization, member, password)
        if isinstance(opened, str):
            await self._note_failure(organization, member, opened)
            return WRONG
        step = self._step_of(member, code)
        async with self._database.tenant(organization) as connection:
            if step is None or not await members.use_code(
                connection, organization, member.id, step
            ):
                await self._fail(connection, member, "code" if step is None else "code_used")
                return WRONG
            return await self._start(connection, opened, earlier_cookie)

    def _account(self, email: str) -> bytes | None:
        try:
            return email_lookup(self._keyring, parse_email_address(email.strip()))
        except EmailRefused:
            return None

    async def _may_try(self, lookup: bytes | None, address: str) -> bool:
        by_address = await self._take("sign-in-address", address.encode(), _MOST_PER_ADDRESS)
        by_account = lookup is None or await self._take(
            "sign-in-account", lookup, _MOST_PER_ACCOUNT
        )
        return by_address and by_account

    async def _take(self, kind: str, value: bytes, most: int) -> bool:
        bucket = self._keyring.lookup(f"bucket:{kind}", value)
        async with self._database.before_tenant() as connection:
            return await rate_buckets.take(connection, bucket, most, _WINDOW, self._clock.now())

    async def _unlock(
        self, organization: OrganizationId, member: Member, password: str
    ) -> _Unlocked | str:
        """Open the member's key, or say in a word why not; either takes one Argon2 run."""
        row, wraps = await self._locked_key(organization, member)
        refusal = _why_not(member)
        if row is None or not wraps or refusal:
            await self._passwords.spend_dummy(password)
            return refusal or "no_key"
        try:
            key = await self._passwords.unwrap_private_key(row, wraps[-1], password)
        except WrongPassword:
            return "password"
        return _Unlocked(member, key)

    async def _locked_key(
        self, organization: OrganizationId, member: Member
    ) -> tuple[DirectoryKey | None, list[PrivateKeyWrap]]:
        async with self._database.tenant(organization) as connection:
            pointer = await reader_keys.fetch_current(connection, organization, member.id)
            if pointer is None:
                return None, []
            return (
                await reader_keys.fetch_key(connection, organization, pointer.key),
                await reader_keys.fetch_wraps(
                    connection, organization, pointer.key, UnlockMethod.PASSWORD
                ),
            )

    def _step_of(self, member: Member, code: str) -> int | None:
        if member.totp_sealed is None:
            raise SealBroken("a member without a second factor came this far")
        secret = open_totp_secret(self._keyring, member.organization, member.id, member.totp_sealed)
        return matching_step(secret, code, self._clock.now().timestamp())

    async def _start(
        self, connection: Connection, opened: _Unlocked, earlier_cookie: str | None
    ) -> SignedIn:
        member, now = opened.member, self._clock.now()
        earlier = read_cookie(earlier_cookie) if earlier_cookie else None
        if earlier is not None:
            await member_sessions.end(connection, member.organization, cookie_hash(earlier))
        secret = new_cookie(self._randomness)
        session = MemberSession(
            cookie_hash=cookie_hash(secret),
            organization=member.organization,
            member=member.id,
            key=opened.key.row.id,
            wrapped=lock_for_session(self._keyring, self._randomness, opened.key, secret),
            created_at=now,
            seen_at=now,
            ends_at=now + ABSOLUTE_LIMIT,
        )
        await member_sessions.add(connection, session)
        await audit.record(connection, self._event(member, Tag.MEMBER_SIGNED_IN))
        return SignedIn(cookie_text(secret), session.ends_at)

    async def _note_failure(
        self, organization: OrganizationId, member: Member, detail: str
    ) -> None:
        async with self._database.tenant(organization) as connection:
            await self._fail(connection, member, detail)

    async def _fail(self, connection: Connection, member: Member, detail: str) -> None:
        await members.count_failed_sign_in(connection, member.organization, member.id)
        event = self._event(member, Tag.MEMBER_SIGN_IN_FAILED, Outcome.REFUSED, detail)
        await audit.record(connection, event)

    def _event(
        self,
        member: Member,
        tag: Tag,
        outcome: Outcome = Outcome.DONE,
        detail: str | None = None,
    ) -> AuditEvent:
        return AuditEvent(
            id=self._new_id(),
            organization=member.organization,
            at=self._clock.now(),
            tag=tag,
            actor=Actor(ActorKind.MEMBER, member.id) if outcome is Outcome.DONE else Actor.nobody(),
            subject=member.id,
            outcome=outcome,
            detail=detail,
        )


def _why_not(member: Member) -> str | None:
    if not member.may_act:
        return "suspended"
    if member.failed_sign_ins >= MOST_FAILURES:
        return "locked"
    if member.totp_sealed is None:
        return "no_second_factor"
    return None
