"""The officer's share of the recovery kit: made, printed once, and used when officers are missing.

It stands in for a second officer; where only one officer holds the record key, it opens it alone,
for an owner or officer who is signed in. Kept nowhere: the database has a key pair whose private
half only the printed share unlocks. Whoever keeps the paper should not be an officer.
"""

import enum
from dataclasses import dataclass, field

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.governing.raise_alarm import raise_alarm
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.governing.release_record_key import peel_for
from licorne.application.member_acts import MemberActs
from licorne.application.new_recovery import new_recovery
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import KeyId
from licorne.domain.identity.permission import Permission
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.record_release import OPEN, RecordRelease
from licorne.domain.sealing.records import ReaderKind, UnlockMethod
from licorne.domain.translatable import translatable
from licorne.ports.randomness import Randomness
from licorne.store import reader_keys, record_keys, record_releases
from licorne.store.alarms import AlarmKind
from licorne.store.database import Connection, Database
from licorne.store.record_keys import Kit
from licorne.vault.access_secrets import recovery_secret
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import seal_release_reason
from licorne.vault.private_key_wraps import unwrap_secret, unwrap_with_reader
from licorne.vault.reader_keys import OpenReaderKey, make_reader_key
from licorne.vault.record_key_wraps import open_peeled

_REASON = "kit"


class WhyNoKit(enum.Enum):
    CLOSED = translatable(
        "The practice’s copies must be open for this. Ask a second officer to approve it."
    )
    WRONG = translatable(
        "This isn’t the share of the kit that serves now. Check each group of letters."
    )
    NOT_A_HOLDER = translatable(
        "The share alone opens nothing here: it takes an officer who holds one, too."
    )


@dataclass(frozen=True, slots=True)
class MadeKit:
    share: str = field(repr=False)  # to be printed once; it is kept nowhere


class RecoveryKit:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        randomness: Randomness,
        holders: RecordHolders,
        prove: ProveAgain,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._holders = holders
        self._prove = prove
        self._acts = acts

    async def make(self, by: SignedInMember, password: str) -> MadeKit | WhyNoKit:
        """Make a share; an earlier one serves no more. Raises `NotPermitted` and `NotProved`."""
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.KIT_MADE)
        organization, now = by.organization.id, self._acts.now()
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            opened = await self._holders.opens_all(connection, by)
            if not opened:
                return await self._refuse(connection, by, Tag.KIT_MADE, WhyNoKit.CLOSED)
            earlier = await record_keys.fetch_kit(connection, organization)
            if earlier is not None:
                await reader_keys.remove_all_wraps_of(connection, organization, earlier.key.owner)
            key = make_reader_key(
                self._keyring,
                self._randomness,
                organization=organization,
                key=KeyId(self._acts.new_id()),
                kind=ReaderKind.KIT,
                owner=self._acts.new_id(),
                version=1,
            )
            made = new_recovery(self._keyring, self._randomness, self._acts.new_id, key)
            await reader_keys.add_key(connection, key.row, now)
            await reader_keys.add_wrap(connection, made.wrap, now)
            officers = await record_keys.holders(connection, organization)
            await self._holders.rewrap(connection, organization, opened, officers)
            await self._acts.record(connection, by, Tag.KIT_MADE)
            await raise_alarm(connection, self._acts, by, AlarmKind.HOLDERS_CHANGED)
        return MadeKit(made.code)

    async def use(self, by: SignedInMember, typed: str, password: str) -> WhyNoKit | None:
        """Let an owner or officer in with the printed share: they hold the record key then.

        Where others hold it, too, the copies are open for an hour, as after an approval. Raises
        `NotPermitted` and `NotProved`; wrong shares count as tries of the password do.
        """
        await self._acts.permit(self._database, by, Permission.HOLD_RECORD_KEY)
        await self._prove(by, password, Tag.KIT_USED)
        organization = by.organization.id
        async with self._database.tenant(organization) as connection:
            await record_keys.hold(connection, organization)
            kit = await record_keys.fetch_kit(connection, organization)
            paper = None if kit is None else self._unlock(kit, typed)
            if kit is None or paper is None:
                return await self._refuse(connection, by, Tag.KIT_USED, WhyNoKit.WRONG)
            opened = await self._open(connection, by, paper)
            if not opened:
                return await self._refuse(connection, by, Tag.KIT_USED, WhyNoKit.NOT_A_HOLDER)
            there = await record_keys.holders(connection, organization)
            officers = there if by.id in there else (*there, by.id)
            await self._holders.rewrap(connection, organization, opened, officers)
            if len(officers) > 1:
                await self._release(connection, by, paper)
            await self._acts.record(connection, by, Tag.KIT_USED, kit.key.owner)
            await raise_alarm(connection, self._acts, by, AlarmKind.KIT_USED)
        return None

    def _unlock(self, kit: Kit, typed: str) -> OpenReaderKey | None:
        secret = recovery_secret(typed)
        if secret is None:
            return None
        try:
            return unwrap_secret(self._keyring, kit.key, kit.wrap, secret)
        except SealBroken:
            return None

    async def _open(
        self, connection: Connection, by: SignedInMember, paper: OpenReaderKey
    ) -> tuple[OpenReaderKey, ...]:
        """Open what the paper opens alone, and what it opens together with this officer."""
        organization = by.organization.id
        opened: dict[KeyId, OpenReaderKey] = {}
        for locked in await record_keys.fetch_locked(connection, organization):
            for wrap in locked.wraps:
                if wrap.method is UnlockMethod.READER and wrap.wrapper == paper.row.id:
                    key = unwrap_with_reader(self._keyring, locked.key, wrap, paper)
                    opened[key.row.id] = key
        asked = self._asked(by)
        for share in await peel_for(self._keyring, connection, asked, paper):
            row = await reader_keys.fetch_key(connection, organization, share.key)
            if row is not None:
                opened[row.id] = open_peeled(self._keyring, row, share, by.key)
        return tuple(opened.values())

    async def _release(
        self, connection: Connection, by: SignedInMember, paper: OpenReaderKey
    ) -> None:
        now, release = self._acts.now(), self._asked(by)
        shares = await peel_for(self._keyring, connection, release, paper)
        await record_releases.add(connection, release)
        await record_releases.approve(connection, release, paper.row.owner, now, now + OPEN, shares)

    def _asked(self, by: SignedInMember) -> RecordRelease:
        organization, now, asked = by.organization.id, self._acts.now(), self._acts.new_id()
        return RecordRelease(
            organization=organization,
            id=asked,
            asked_by=by.id,
            reason_sealed=seal_release_reason(self._keyring, organization, asked, _REASON),
            asked_at=now,
            expires_at=now + OPEN,
        )

    async def _refuse(
        self, connection: Connection, by: SignedInMember, tag: Tag, why: WhyNoKit
    ) -> WhyNoKit:
        await self._acts.record(
            connection, by, tag, outcome=Outcome.REFUSED, detail=why.name.lower()
        )
        return why
