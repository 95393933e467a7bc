"""A member types their password again before something that outlasts the session.

Whoever finds a session open can read, until it ends; they must not be able to stay.
"""

from datetime import timedelta

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.sealing.faults import WrongPassword
from licorne.domain.sealing.records import UnlockMethod
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.store import reader_keys
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault

PER_MEMBER = Limit("member-prove-again", 10, timedelta(minutes=15))


class NotProved(Exception):
    """Recorded already. ``sentence`` is for the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__("not_proved")
        self.sentence = sentence


class ProveAgain:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        passwords: PasswordVault,
        clock: Clock,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._throttle = Throttle(database, keyring, clock)
        self._acts = acts

    async def __call__(self, member: SignedInMember, password: str, act: Tag) -> None:
        """Raise `NotProved`, with the refusal of ``act`` recorded, and `PasswordsBusy`."""
        organization, key = member.organization.id, member.key.row
        if not await self._throttle.allows((PER_MEMBER, member.id.bytes)):
            await self._refuse(member, act, "throttled")
            raise NotProved(
                translatable("There were too many tries. Wait 15 minutes, then try again.")
            )
        async with self._database.tenant(organization) as connection:
            wraps = await reader_keys.fetch_wraps(
                connection, organization, key.id, UnlockMethod.PASSWORD
            )
        try:
            for wrap in wraps[-1:]:  # none: a key that no password opens
                await self._passwords.unwrap_private_key(key, wrap, password)
                return
        except WrongPassword:
            pass
        await self._refuse(member, act, "password")
        raise NotProved(translatable("This isn’t your password."))

    async def _refuse(self, member: SignedInMember, act: Tag, why: str) -> None:
        async with self._database.tenant(member.organization.id) as connection:
            await self._acts.record(
                connection, member, act, member.id, outcome=Outcome.REFUSED, detail=why
            )
