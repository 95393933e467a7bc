"""Passkeys of members: adding one within a session, and signing in with one.

A passkey asks its person for a finger, a face or a PIN, so it is both factors in one where it also
gives the secret which opens the member's key (WebAuthn's PRF). Where it gives none, the password
opens the key and the passkey stands in for the code. Password and authenticator stay beside it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.sign_in_member import (
    MOST_FAILURES,
    PER_ACCOUNT,
    PER_ADDRESS,
    TOO_MANY,
    SignInRefused,
)
from licorne.application.governing.start_member_session import SignedIn, StartMemberSession
from licorne.application.member_acts import MemberActs
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.signed_in_member import SignedInMember
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.member import Member
from licorne.domain.identity.passkey import Passkey
from licorne.domain.sealing.faults import SealBroken, WrongPassword
from licorne.domain.sealing.records import DirectoryKey, PrivateKeyWrap, UnlockMethod
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, passkeys, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passkeys import (
    PRF_BYTES,
    PasskeyChecks,
    PasskeyRefused,
    challenge_of,
    credential_id_of,
    new_challenge,
)
from licorne.vault.passwords import PasswordVault
from licorne.vault.private_key_wraps import unwrap_secret, wrap_for_secret
from licorne.vault.reader_keys import OpenReaderKey

LONGEST_LABEL = 60
_SIGN_IN = b"sign-in"
_ONCE = Limit("passkey-challenge", 1, timedelta(minutes=10))
WRONG = SignInRefused(
    translatable("This passkey doesn’t open an account here. Use your password instead.")
)


@dataclass(frozen=True, slots=True)
class _Locked:
    """A member's key, and how it opens: by the passkey's own secret, and by the password."""

    row: DirectoryKey
    by_secret: PrivateKeyWrap | None
    by_password: PrivateKeyWrap | None


class UsePasskeys:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
        checks: PasskeyChecks,
        prove: ProveAgain,
        start: StartMemberSession,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._passwords = passwords
        self._clock = clock
        self._randomness = randomness
        self._checks = checks
        self._prove = prove
        self._start = start
        self._acts = acts
        self._throttle = Throttle(database, keyring, clock)
        self._outside = OutsideRefusals(database, keyring, clock, randomness)

    def challenge(self, member: SignedInMember | None) -> bytes:
        """Make a challenge: for adding one within a session, or for signing in."""
        purpose = _SIGN_IN if member is None else member.cookie_hash
        return new_challenge(self._keyring, self._randomness, purpose, self._now())

    async def add(
        self,
        member: SignedInMember,
        password: str,
        answer: Mapping[str, Any],
        secret: bytes,
        label: str,
        *,
        origin: str,
    ) -> Passkey | None:
        """Add one; None, recorded, where the browser's answer isn't good.

        Without a ``secret`` it opens nothing by itself. Raises `NotProved` and `PasswordsBusy`.
        """
        await self._prove(member, password, Tag.PASSKEY_ADDED)
        organization, now = member.organization.id, self._acts.now()
        try:
            checked = self._checks.registered(answer, origin, member.cookie_hash, self._now())
        except PasskeyRefused as refused:
            await self._refuse_to_add(member, str(refused))
            return None
        wrap = (
            None
            if len(secret) != PRF_BYTES
            else wrap_for_secret(
                self._keyring,
                self._randomness,
                member.key,
                wrap_id=self._acts.new_id(),
                method=UnlockMethod.PASSKEY,
                secret=secret,
            )
        )
        passkey = Passkey(
            organization=organization,
            id=self._acts.new_id(),
            member=member.id,
            wrap=None if wrap is None else wrap.id,
            credential=checked.credential,
            public=checked.public,
            counter=checked.counter,
            label=" ".join(label.split())[:LONGEST_LABEL] or "Passkey",
            created_at=now,
        )
        try:
            async with self._database.tenant(organization) as connection:
                if wrap is not None:
                    await reader_keys.add_wrap(connection, wrap, now)
                await passkeys.add(connection, passkey)
                await self._acts.record(connection, member, Tag.PASSKEY_ADDED, passkey.id)
        except passkeys.PasskeyKnown:
            await self._refuse_to_add(member, "known")
            return None
        return passkey

    async def _refuse_to_add(self, member: SignedInMember, why: str) -> None:
        async with self._database.tenant(member.organization.id) as connection:
            await self._acts.record(
                connection,
                member,
                Tag.PASSKEY_ADDED,
                member.id,
                outcome=Outcome.REFUSED,
                detail=why,
            )

    async def sign_in(
        self,
        answer: Mapping[str, Any],
        secret: bytes,
        password: str,
        *,
        origin: str,
        address: str,
        earlier_cookie: str | None,
    ) -> SignedIn | SignInRefused:
        """Sign in with what a browser answered to our challenge.

        ``password`` counts only where the passkey gave no ``secret``. Raises `PasswordsBusy`.
        """
        if not await self._throttle.allows((PER_ADDRESS, address)):
            await self._outside.record(Tag.MEMBER_SIGN_IN_FAILED, address, "throttled")
            return TOO_MANY
        found = await self._find(credential_id_of(answer))
        if found is None:
            await self._outside.record(Tag.MEMBER_SIGN_IN_FAILED, address, "unknown_passkey")
            return WRONG
        member, passkey = found
        try:
            locked = await self._check(member, passkey, answer, origin)
            key, used = await self._open(member, locked, secret, password)
        except (PasskeyRefused, SealBroken, WrongPassword) as refused:
            await self._refuse(member, refused)
            return WRONG
        async with self._database.tenant(member.organization) as connection:
            if not await self._start.may_still(connection, member, used):
                await self._record(connection, member, Outcome.REFUSED, "passkey_ended_meanwhile")
                return WRONG
            started = await self._start(connection, member, key, earlier_cookie)
            await self._record(connection, member, Outcome.DONE, "passkey", started.session)
            return started

    async def _find(self, credential: bytes | None) -> tuple[Member, Passkey] | None:
        if credential is None:
            return None
        async with self._database.before_tenant() as connection:
            found = await passkeys.find(connection, credential)
        if found is None:
            return None
        organization, wanted = found
        async with self._database.tenant(organization) as connection:
            passkey = await passkeys.fetch(connection, organization, wanted)
            member = passkey and await members.fetch(connection, organization, passkey.member)
        return (member, passkey) if passkey and member else None

    async def _check(
        self, member: Member, found: Passkey, answer: Mapping[str, Any], origin: str
    ) -> _Locked:
        """Check the answer and take its challenge, for good. Raises `PasskeyRefused`."""
        organization = member.organization
        if not member.may_act:
            raise PasskeyRefused("suspended")
        checked = self._checks.asserted(answer, found.public, origin, _SIGN_IN, self._now())
        if not await self._throttle.allows((_ONCE, challenge_of(answer))):
            raise PasskeyRefused("challenge_used")
        async with self._database.tenant(organization) as connection:
            passkey = await passkeys.fetch(connection, organization, found.id, lock=True)
            if passkey is None:
                raise PasskeyRefused("removed")
            if passkey.counter and checked.counter <= passkey.counter:
                raise PasskeyRefused("copied")  # WebAuthn §6.1.1: two devices count apart
            locked = await self._locked(connection, passkey)
            await passkeys.note_use(
                connection, organization, passkey.id, checked.counter, self._clock.now()
            )
        return locked

    async def _locked(self, connection: Connection, passkey: Passkey) -> _Locked:
        organization = passkey.organization
        pointer = await reader_keys.fetch_current(connection, organization, passkey.member)
        row = pointer and await reader_keys.fetch_key(connection, organization, pointer.key)
        if not row:
            raise PasskeyRefused("no_key")
        by_secret = await reader_keys.fetch_wraps(
            connection, organization, row.id, UnlockMethod.PASSKEY
        )
        by_password = await reader_keys.fetch_wraps(
            connection, organization, row.id, UnlockMethod.PASSWORD
        )
        return _Locked(
            row,
            next((wrap for wrap in by_secret if wrap.id == passkey.wrap), None),
            by_password[-1] if by_password else None,
        )

    async def _open(
        self, member: Member, locked: _Locked, secret: bytes, password: str
    ) -> tuple[OpenReaderKey, PrivateKeyWrap]:
        """Open the key, and say by what.

        Raise `PasskeyRefused`, `SealBroken`, `WrongPassword`, `PasswordsBusy`.
        """
        if locked.by_secret is not None and len(secret) == PRF_BYTES:
            opened = unwrap_secret(self._keyring, locked.row, locked.by_secret, secret)
            return opened, locked.by_secret
        if locked.by_password is None or not password:
            raise PasskeyRefused("no_secret")
        if member.failed_sign_ins >= MOST_FAILURES:
            raise PasskeyRefused("locked")
        if not await self._throttle.allows((PER_ACCOUNT, member.id.bytes)):
            raise PasskeyRefused("throttled")
        opened = await self._passwords.unwrap_private_key(locked.row, locked.by_password, password)
        return opened, locked.by_password

    async def _refuse(self, member: Member, refused: Exception) -> None:
        why = str(refused) if isinstance(refused, PasskeyRefused) else "secret"
        async with self._database.tenant(member.organization) as connection:
            if isinstance(refused, WrongPassword):
                why = "password"
                await members.count_failed_sign_in(connection, member.organization, member.id)
            await self._record(connection, member, Outcome.REFUSED, f"passkey_{why}")

    async def _record(
        self,
        connection: Connection,
        member: Member,
        outcome: Outcome,
        detail: str,
        session: uuid.UUID | None = None,
    ) -> None:
        done = outcome is Outcome.DONE
        tag = Tag.MEMBER_SIGNED_IN if done else Tag.MEMBER_SIGN_IN_FAILED
        event = AuditEvent(
            self._acts.new_id(),
            member.organization,
            self._clock.now(),
            tag,
            Actor(ActorKind.MEMBER, member.id) if done else Actor.nobody(),
            member.id,
            outcome,
            detail,
            session,
        )
        await audit.record(connection, event)

    def _now(self) -> float:
        return self._clock.now().timestamp()
