"""A member signs in: a password that opens their key, and a one-time code. One without the other
is nothing, and the answer doesn't tell which was wrong (NIST SP 800-63B-4; threats 21 to 24).
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from licorne.application.governing.start_member_session import SignedIn, StartMemberSession
from licorne.application.new_ids import NewIds
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import EmailRefused, parse_email_address
from licorne.domain.identity.member import Member
from licorne.domain.sealing.faults import SealBroken, WrongPassword
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import email_lookup, open_totp_secret
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.totp import matching_step

MOST_FAILURES = 100  # NIST SP 800-63B-4 §3.2.2: in a row, then somebody has to look at it
_WINDOW = timedelta(minutes=15)
PER_ACCOUNT = Limit("member-sign-in-account", 10, _WINDOW)
PER_ADDRESS = Limit("member-sign-in-address", 100, _WINDOW)  # a practice may stand behind one
PER_ORGANIZATION = Limit("member-sign-in-organization", 600, _WINDOW)
REFUSED_AFTER_SECONDS = 0.4  # or a multiple of it: a little more than a password check takes
_COARSEST_TIMER = 0.003  # seconds


@dataclass(frozen=True, slots=True)
class SignInRefused:
    """``throttled`` says that nothing was even looked at; the person has to wait."""

    sentence: str
    throttled: bool = False


WRONG = SignInRefused(translatable("The email address, the password or the code isn’t right."))
TOO_MANY = SignInRefused(
    translatable("There were too many tries. Wait 15 minutes, then try again."), throttled=True
)


@dataclass(frozen=True, slots=True)
class _Unlocked:
    wrap: PrivateKeyWrap
    key: OpenReaderKey


class SignInMember:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
        refused_after_seconds: float = REFUSED_AFTER_SECONDS,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._refused_after = refused_after_seconds
        self._start = StartMemberSession(keyring, clock, randomness)
        self._new_id = NewIds(clock, randomness)
        self._throttle = Throttle(database, keyring, clock)
        self._outside = OutsideRefusals(database, keyring, clock, randomness)

    async def __call__(
        self, email: str, password: str, code: str, *, address: str, earlier_cookie: str | None
    ) -> SignedIn | SignInRefused:
        """Sign in; ``address`` is the caller's, for the limit on tries.

        The cookie is always a new one and the one before it dies with this (threat 24). Raises
        `PasswordsBusy`.
        """
        started = self._clock.monotonic()
        result = await self._try(email, password, code, address, earlier_cookie)
        if isinstance(result, SignInRefused) and not result.throttled:
            await self._even_out(started)
        return result

    async def _try(
        self, email: str, password: str, code: str, address: str, earlier_cookie: str | None
    ) -> SignedIn | SignInRefused:
        lookup = self._account(email)
        if not await self._throttle.allows((PER_ACCOUNT, lookup or b""), (PER_ADDRESS, address)):
            return await self._throttled(address)
        member = None if lookup is None else await self._find(lookup)
        if member is None:
            await self._passwords.spend_dummy(password)
            await self._outside.record(Tag.MEMBER_SIGN_IN_FAILED, address, "unknown")
            return WRONG
        if not await self._throttle.allows((PER_ORGANIZATION, member.organization.bytes)):
            return await self._throttled(address)
        opened = await self._unlock(member, password)
        if isinstance(opened, str):
            async with self._database.tenant(member.organization) as connection:
                await self._fail(connection, member, opened)
            return WRONG
        step = self._step_of(member, code)
        async with self._database.tenant(member.organization) as connection:
            if not await self._start.may_still(connection, member, opened.wrap):
                await self._fail(connection, member, "ended_meanwhile")
                return WRONG
            if step is None or not await members.use_code(
                connection, member.organization, member.id, step
            ):
                await self._fail(connection, member, "code" if step is None else "code_used")
                return WRONG
            started = await self._start(connection, member, opened.key, earlier_cookie)
            event = self._event(member, Tag.MEMBER_SIGNED_IN)
            await audit.record(connection, replace(event, via=started.session))
            return started

    async def _even_out(self, started: float) -> None:
        """Wait until a whole number of spans has passed, so that time tells nothing (threat 22).

        Whether there is such a member decides what is looked up and written; the difference
        drowns in the span that every refusal takes.
        """
        if self._refused_after > 0:
            spent = self._clock.monotonic() - started
            ends = started + spent + (-spent % self._refused_after)
            await asyncio.sleep(max(0.0, ends - self._clock.monotonic() - _COARSEST_TIMER))
            # A timer ends at whole milliseconds, which would tell a part of what was spent.
            while self._clock.monotonic() < ends:  # noqa: ASYNC110 - the clock has no event
                await asyncio.sleep(0)

    async def _throttled(self, address: str) -> SignInRefused:
        await self._outside.record(Tag.MEMBER_SIGN_IN_FAILED, address, "throttled")
        return TOO_MANY

    async def _find(self, lookup: bytes) -> Member | None:
        async with self._database.before_tenant() as connection:
            found = await members.find(connection, lookup)
        if found is None:
            return None
        async with self._database.tenant(found[0]) as connection:
            return await members.fetch(connection, *found)

    def _account(self, email: str) -> bytes | None:
        try:
            return email_lookup(self._keyring, parse_email_address(email.strip()))
        except EmailRefused:
            return None

    async def _unlock(self, member: Member, password: str) -> _Unlocked | str:
        """Open the member's key, or say in a word why not; either takes one Argon2 run."""
        row, wraps = await self._locked_key(member)
        refusal = _why_not(member)
        if row is None or not wraps or refusal:
            await self._passwords.spend_dummy(password)
            return refusal or "no_key"
        try:
            key = await self._passwords.unwrap_private_key(row, wraps[-1], password)
        except WrongPassword:
            return "password"
        return _Unlocked(wraps[-1], key)

    async def _locked_key(self, member: Member) -> tuple[DirectoryKey | None, list[PrivateKeyWrap]]:
        organization = member.organization
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
