"""A member sets up another authenticator app. There is no act that leaves them without one.

The new secret is proved by a code of it before it replaces the old: a second factor that was never
seen to work would lock its person out.
"""

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.ports.randomness import Randomness
from licorne.store import member_sessions, members
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import seal_totp_secret
from licorne.vault.totp import is_totp_secret, make_totp_secret, matching_step


class ChangeAuthenticator:
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

    def new_secret(self) -> str:
        return make_totp_secret(self._randomness)

    async def __call__(self, member: SignedInMember, password: str, secret: str, code: str) -> bool:
        """Change it; False where the code isn't one of the new secret. Raises `NotProved`."""
        await self._prove(member, password, Tag.AUTHENTICATOR_CHANGED)
        now = self._acts.now()
        step = matching_step(secret, code, now.timestamp()) if is_totp_secret(secret) else None
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            if step is None:
                await self._acts.record(
                    connection,
                    member,
                    Tag.AUTHENTICATOR_CHANGED,
                    member.id,
                    outcome=Outcome.REFUSED,
                    detail="code",
                )
                return False
            sealed = seal_totp_secret(self._keyring, organization, member.id, secret)
            await members.set_totp(connection, organization, member.id, sealed, step)
            await member_sessions.end_others(
                connection, organization, member.id, member.cookie_hash
            )
            await self._acts.record(connection, member, Tag.AUTHENTICATOR_CHANGED, member.id)
        return True
