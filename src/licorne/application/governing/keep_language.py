"""A member chooses their own language; an owner that of the practice."""

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.language import Language
from licorne.domain.identity.permission import Permission
from licorne.store import members, organizations
from licorne.store.database import Database


class KeepLanguage:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def own(self, member: ActingMember, language: Language | None) -> None:
        """Set the language of the office and of mails for this member; none: automatic."""
        await self._acts.permit(self._database, member, Permission.KEEP_OWN_ACCOUNT)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            await members.set_language(connection, organization, member.id, language)
            await self._acts.record(
                connection,
                member,
                Tag.MEMBER_CHOSE_LANGUAGE,
                member.id,
                detail=None if language is None else language.value,
            )

    async def of_practice(self, member: ActingMember, language: Language) -> None:
        """Set the language for whoever has chosen none: texts, pages, mails."""
        await self._acts.permit(self._database, member, Permission.KEEP_PRACTICE)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            await organizations.set_language(connection, organization, language)
            await self._acts.record(
                connection,
                member,
                Tag.PRACTICE_LANGUAGE_CHANGED,
                organization,
                detail=language.value,
            )
