"""A member gets a recovery code to print: it opens their key when the password is forgotten.

One code serves at a time: a new one makes the old one worthless. It is shown once.
"""

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.member_acts import MemberActs
from licorne.application.new_recovery import new_recovery
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.sealing.records import UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.store import reader_keys
from licorne.store.database import Database
from licorne.vault.keyring import Keyring


class MakeRecoveryCode:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        randomness: Randomness,
        prove: ProveAgain,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._prove = prove
        self._acts = acts

    async def __call__(self, member: SignedInMember, password: str) -> str:
        """Make a code. Raises `NotProved`."""
        await self._prove(member, password, Tag.RECOVERY_CODE_MADE)
        made = new_recovery(self._keyring, self._randomness, self._acts.new_id, member.key)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            await reader_keys.remove_wraps(
                connection, organization, made.wrap.key, UnlockMethod.RECOVERY
            )
            await reader_keys.add_wrap(connection, made.wrap, self._acts.now())
            await self._acts.record(connection, member, Tag.RECOVERY_CODE_MADE, member.id)
        return made.code

    async def is_there(self, member: SignedInMember) -> bool:
        """Say whether a code was made that still serves."""
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            return bool(
                await reader_keys.fetch_wraps(
                    connection, organization, member.key.row.id, UnlockMethod.RECOVERY
                )
            )
