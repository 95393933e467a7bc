"""A member changes their own password: their key is locked anew, and other sessions end."""

from licorne.application.governing.prove_again import ProveAgain
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.email_address import parse_email_address
from licorne.domain.pickup.password_rules import (
    PasswordContext,
    RefusedPassword,
    judge_password,
)
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import member_sessions, members, reader_keys
from licorne.store.database import Database
from licorne.vault.passwords import PasswordVault


class ChangePassword:
    def __init__(
        self, database: Database, passwords: PasswordVault, prove: ProveAgain, acts: MemberActs
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._prove = prove
        self._acts = acts

    async def __call__(
        self, member: SignedInMember, current: str, new: str
    ) -> RefusedPassword | None:
        """Change it, or say what is wrong with the new one. Raises `NotProved`, `PasswordsBusy`."""
        context = PasswordContext(
            practice_name=member.organization.name,
            person_name=member.name,
            email=parse_email_address(member.email),
        )
        judged = judge_password(new, context)
        if isinstance(judged, RefusedPassword):
            return judged
        await self._prove(member, current, Tag.PASSWORD_CHANGED)
        wrap = await self._passwords.wrap_private_key(
            member.key, judged.normalised, wrap_id=self._acts.new_id()
        )
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            await members.fetch(connection, organization, member.id, lock=True)
            await reader_keys.remove_wraps(
                connection, organization, wrap.key, UnlockMethod.PASSWORD
            )
            await reader_keys.add_wrap(connection, wrap, self._acts.now())
            await member_sessions.end_others(
                connection, organization, member.id, member.cookie_hash
            )
            await self._acts.record(connection, member, Tag.PASSWORD_CHANGED, member.id)
        return None
