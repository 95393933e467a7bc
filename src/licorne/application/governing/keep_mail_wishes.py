"""A member says which emails they want from Licorne."""

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.permission import Permission
from licorne.store import reply_notices
from licorne.store.database import Database
from licorne.store.reply_notices import MailWishes


class KeepMailWishes:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, member: ActingMember) -> MailWishes:
        async with self._database.tenant(member.organization.id) as connection:
            return await reply_notices.wishes(connection, member.organization.id, member.id)

    async def change(self, member: ActingMember, wanted: MailWishes) -> None:
        await self._acts.permit(self._database, member, Permission.KEEP_OWN_ACCOUNT)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            await reply_notices.set_wishes(connection, organization, member.id, wanted)
            await self._acts.record(
                connection,
                member,
                Tag.MAIL_WISHES_CHANGED,
                member.id,
                detail="on" if wanted.reply_mails else "off",
            )
