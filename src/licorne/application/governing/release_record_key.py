"""Two officers open the practice's copies together: one asks with a reason, another approves.

Each acts in their own session. What an approval leaves is of use to the one who asked only, for an
hour; asking, approving and ending are each recorded, and every officer is told (threat 13).
"""

import enum
import uuid

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.raise_alarm import raise_alarm
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.permission import Permission
from licorne.domain.sealing.record_release import OPEN, WAITS, RecordRelease
from licorne.domain.sealing.records import PrivateKeyWrap, UnlockMethod
from licorne.domain.translatable import translatable
from licorne.store import reader_keys, record_keys, record_releases
from licorne.store.alarms import AlarmKind
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import seal_release_reason
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.record_key_wraps import peel

LONGEST_REASON = 500


class WhyClosed(enum.Enum):
    """Why the practice's copies stay closed."""

    NO_REASON = translatable(
        "Write down why, in at most 500 characters. It is kept with the request."
    )
    NOT_A_HOLDER = translatable("You hold no share of the record key.")
    ALONE = translatable("You open the practice’s copies alone; nobody has to approve it.")
    ALREADY = translatable("You have asked already. Withdraw that request, or close it, first.")
    ONESELF = translatable("Nobody approves their own request. It takes a second person.")
    NOT_FOUND = translatable("There is no such request, or it has ended.")


class ReleaseRecordKey:
    def __init__(
        self, database: Database, keyring: Keyring, prove: ProveAgain, acts: MemberActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._prove = prove
        self._acts = acts

    async def ask(self, by: SignedInMember, reason: str) -> RecordRelease | WhyClosed:
        """Ask for the practice's copies to be opened. Raises `NotPermitted`."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        organization, now = by.organization.id, self._acts.now()
        reason = reason.strip()
        if not 0 < len(reason) <= LONGEST_REASON:
            return WhyClosed.NO_REASON
        async with self._database.tenant(organization) as connection:
            ways = [
                wrap.method
                for one in await record_keys.fetch_locked(connection, organization)
                for wrap in one.wraps
                if wrap.wrapper == by.key.row.id
            ]
            if UnlockMethod.PAIR not in ways:
                alone = UnlockMethod.READER in ways
                return WhyClosed.ALONE if alone else WhyClosed.NOT_A_HOLDER
            live = await record_releases.fetch_live(connection, organization, now)
            if any(one.asked_by == by.id for one in live):
                return WhyClosed.ALREADY  # each request is an alarm to everybody else
            asked = self._acts.new_id()
            release = RecordRelease(
                organization=organization,
                id=asked,
                asked_by=by.id,
                reason_sealed=seal_release_reason(self._keyring, organization, asked, reason),
                asked_at=now,
                expires_at=now + WAITS,
            )
            await record_releases.add(connection, release)
            await self._acts.record(connection, by, Tag.RELEASE_ASKED, asked)
            await raise_alarm(connection, self._acts, by, AlarmKind.RELEASE_ASKED, asked)
        return release

    async def approve(
        self, by: SignedInMember, asked: uuid.UUID, password: str
    ) -> RecordRelease | WhyClosed:
        """Approve a colleague's request: they open the copies for an hour.

        Raises `NotPermitted`, `NotProved` and `PasswordsBusy`; other refusals are recorded.
        """
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.RELEASED)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            release = await record_releases.fetch(connection, organization, asked, lock=True)
            if release is None or not release.waits(now):
                return await self._refuse(connection, by, asked, WhyClosed.NOT_FOUND)
            if release.asked_by == by.id:
                return await self._refuse(connection, by, asked, WhyClosed.ONESELF)
            shares = await peel_for(self._keyring, connection, release, by.key)
            if not shares:
                return await self._refuse(connection, by, asked, WhyClosed.NOT_A_HOLDER)
            await record_releases.approve(connection, release, by.id, now, now + OPEN, shares)
            await self._acts.record(connection, by, Tag.RELEASED, asked)
            await raise_alarm(connection, self._acts, by, AlarmKind.RELEASED, asked)
        return release

    async def end(self, by: SignedInMember, asked: uuid.UUID) -> bool:
        """Withdraw or refuse a request, or close the copies before the hour is over."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            release = await record_releases.fetch(connection, organization, asked, lock=True)
            live = release is not None and (release.waits(now) or release.is_open(now))
            if live:
                await record_releases.end(connection, organization, asked, now)
                await self._acts.record(connection, by, Tag.RELEASE_ENDED, asked)
        return live

    async def _refuse(
        self, connection: Connection, by: SignedInMember, asked: uuid.UUID, why: WhyClosed
    ) -> WhyClosed:
        await self._acts.record(
            connection, by, Tag.RELEASED, asked, outcome=Outcome.REFUSED, detail=why.name.lower()
        )
        return why


async def peel_for(
    keyring: Keyring, connection: Connection, release: RecordRelease, approver: OpenReaderKey
) -> tuple[PrivateKeyWrap, ...]:
    """Open the outer layers that are this approver's, of every version, for the one who asked."""
    organization = release.organization
    pointer = await reader_keys.fetch_current(connection, organization, release.asked_by)
    if pointer is None:
        return ()
    return tuple(
        PrivateKeyWrap(
            organization=organization,
            id=wrap.id,
            key=wrap.key,
            method=wrap.method,
            wrapper=wrap.wrapper,
            slot=None,
            parameters=b"",
            wrapped=peel(keyring, locked.key, wrap, approver),
            second=wrap.second,
        )
        for locked in await record_keys.fetch_locked(connection, organization)
        for wrap in locked.wraps
        if wrap.method is UnlockMethod.PAIR
        and (wrap.wrapper, wrap.second) == (pointer.key, approver.row.id)
    )
