"""A member who forgot their password sets a new one with the recovery code and their authenticator.

The code opens the same key, so nothing is lost; it is used up and another one is given. The second
factor stays: who has lost that, too, is let back by an owner or officer. The answer to anything
wrong is one sentence, and takes as long whoever it is about (threat 22).
"""

import asyncio
from dataclasses import dataclass, field

from licorne.application.governing.sign_in_member import (
    MOST_FAILURES,
    PER_ACCOUNT,
    PER_ADDRESS,
    REFUSED_AFTER_SECONDS,
)
from licorne.application.new_ids import NewIds
from licorne.application.new_recovery import NewRecovery, new_recovery
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.throttle import Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.email_address import (
    EmailAddress,
    EmailRefused,
    parse_email_address,
)
from licorne.domain.identity.member import Member
from licorne.domain.pickup.password_rules import (
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import PrivateKeyWrap, UnlockMethod
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, member_sessions, members, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.access_secrets import recovery_secret
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.personal_fields import email_lookup, open_totp_secret
from licorne.vault.private_key_wraps import unwrap_secret
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.totp import matching_step


@dataclass(frozen=True, slots=True, repr=False)
class Recovery:
    """What somebody typed on the page."""

    email: str
    recovery_code: str
    code: str
    password: str


@dataclass(frozen=True, slots=True)
class Recovered:
    recovery_code: str = field(repr=False)  # the next one, to be shown once


@dataclass(frozen=True, slots=True)
class NotRecovered:
    field: str
    sentence: str
    throttled: bool = False


WRONG = NotRecovered(
    "email", translatable("The email address, the recovery code or the app’s code isn’t right.")
)
TOO_MANY = NotRecovered(
    "email",
    translatable("There were too many tries. Wait 15 minutes, then try again."),
    throttled=True,
)


class RecoverMember:
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
        self._randomness = randomness
        self._refused_after = refused_after_seconds
        self._new_id = NewIds(clock, randomness)
        self._throttle = Throttle(database, keyring, clock)
        self._outside = OutsideRefusals(database, keyring, clock, randomness)

    async def __call__(self, typed: Recovery, *, address: str) -> Recovered | NotRecovered:
        """Recover; ``address`` is the caller's, for the limit on tries. Raises `PasswordsBusy`.

        Tries count in the same buckets as signing in does.
        """
        started = self._clock.monotonic()
        result = await self._try(typed, address)
        if result is WRONG and self._refused_after > 0:
            spent = self._clock.monotonic() - started
            await asyncio.sleep(-spent % self._refused_after)
        return result

    async def _try(self, typed: Recovery, address: str) -> Recovered | NotRecovered:
        email = _address(typed.email)
        lookup = None if email is None else email_lookup(self._keyring, email)
        judged = judge_password(typed.password, PasswordContext(practice_name="", email=email))
        if isinstance(judged, RefusedPassword):  # says nothing of whose account it is
            return NotRecovered("password", judged.sentence)
        if not await self._throttle.allows((PER_ACCOUNT, lookup or b""), (PER_ADDRESS, address)):
            await self._outside.record(Tag.MEMBER_RECOVERED, address, "throttled")
            return TOO_MANY
        member = None if lookup is None else await self._find(lookup)
        if member is None:
            await self._outside.record(Tag.MEMBER_RECOVERED, address, "unknown")
            return WRONG
        opened = await self._open(member, typed.recovery_code)
        step = self._step(member, typed.code)
        if opened is None or step is None:
            await self._fail(member, "recovery_code" if opened is None else "code")
            return WRONG
        key, used = opened
        wrap = await self._passwords.wrap_private_key(
            key, judged.normalised, wrap_id=self._new_id()
        )
        recovery = new_recovery(self._keyring, self._randomness, self._new_id, key)
        async with self._database.tenant(member.organization) as connection:
            if not await self._replace(connection, member, used, wrap, recovery, step):
                return WRONG
        return Recovered(recovery.code)

    async def _replace(
        self,
        connection: Connection,
        member: Member,
        used: PrivateKeyWrap,
        wrap: PrivateKeyWrap,
        recovery: NewRecovery,
        step: int,
    ) -> bool:
        organization, now = member.organization, self._clock.now()
        row = await members.fetch(connection, organization, member.id, lock=True)
        there = await reader_keys.fetch_wraps(
            connection, organization, used.key, UnlockMethod.RECOVERY
        )
        still = row is not None and row.may_act and any(one.id == used.id for one in there)
        if not still or not await members.use_code(connection, organization, member.id, step):
            await self._record(connection, member, Outcome.REFUSED, "used")
            return False
        for method in (UnlockMethod.PASSWORD, UnlockMethod.RECOVERY):
            await reader_keys.remove_wraps(connection, organization, used.key, method)
        await reader_keys.add_wrap(connection, wrap, now)
        await reader_keys.add_wrap(connection, recovery.wrap, now)
        await member_sessions.end_all(connection, organization, member.id)
        await self._record(connection, member, Outcome.DONE, None)
        return True

    async def _find(self, lookup: bytes) -> Member | None:
        async with self._database.before_tenant() as connection:
            found = await members.find(connection, lookup)
        if found is None:
            return None
        async with self._database.tenant(found[0]) as connection:
            return await members.fetch(connection, *found)

    async def _open(
        self, member: Member, typed: str
    ) -> tuple[OpenReaderKey, PrivateKeyWrap] | None:
        secret, organization = recovery_secret(typed), member.organization
        async with self._database.tenant(organization) as connection:
            pointer = await reader_keys.fetch_current(connection, organization, member.id)
            if pointer is None:
                return None
            row = await reader_keys.fetch_key(connection, organization, pointer.key)
            wraps = await reader_keys.fetch_wraps(
                connection, organization, pointer.key, UnlockMethod.RECOVERY
            )
        locked = not member.may_act or member.failed_sign_ins >= MOST_FAILURES
        if row is None or secret is None or not wraps or locked:
            return None
        try:
            return unwrap_secret(self._keyring, row, wraps[-1], secret), wraps[-1]
        except SealBroken:
            return None

    def _step(self, member: Member, code: str) -> int | None:
        if member.totp_sealed is None:
            return None
        secret = open_totp_secret(self._keyring, member.organization, member.id, member.totp_sealed)
        return matching_step(secret, code, self._clock.now().timestamp())

    async def _fail(self, member: Member, why: str) -> None:
        async with self._database.tenant(member.organization) as connection:
            await members.count_failed_sign_in(connection, member.organization, member.id)
            await self._record(connection, member, Outcome.REFUSED, why)

    async def _record(
        self, connection: Connection, member: Member, outcome: Outcome, detail: str | None
    ) -> None:
        done = outcome is Outcome.DONE
        event = AuditEvent(
            self._new_id(),
            member.organization,
            self._clock.now(),
            Tag.MEMBER_RECOVERED,
            Actor(ActorKind.MEMBER, member.id) if done else Actor.nobody(),
            member.id,
            outcome,
            detail,
        )
        await audit.record(connection, event)


def _address(text: str) -> EmailAddress | None:
    try:
        return parse_email_address(text.strip())
    except EmailRefused:
        return None
