"""What happens while nobody reads: who is told of replies that wait, and what contacts are told.

A member says so for their own inbox; for a team's, one of the team or an owner.
"""

import enum
from dataclasses import dataclass
from datetime import timedelta

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MemberId, TeamId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.absence import LONGEST_ABSENCE, LONGEST_WORDING, Absence, day_there
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.translatable import translatable
from licorne.store import absences, members, reply_notices, teams
from licorne.store.database import Connection, Database
from licorne.store.reply_notices import Escalation

HOURS = (1, 2, 4, 8, 24, 48, 72)  # after which a reply may be a colleague's business


class RuleRefused(enum.Enum):
    NO_SUCH_INBOX = translatable("There is no such team.")
    NO_COLLEAGUE = translatable("Choose a colleague who works here.")
    HOURS = translatable("Choose after how many hours.")
    DAYS = translatable("The last day must not be before the first, nor before today.")
    TOO_LONG_AWAY = translatable("That is too long: choose at most 400 days.")
    NO_WORDS = translatable("Write what people should be told, in at most 500 letters.")


@dataclass(frozen=True, slots=True)
class InboxRules:
    """``can_read``: whether the colleague reads this inbox, or is only told to ask."""

    inbox: Inbox
    name: str  # of a team; empty for one's own
    escalation: Escalation | None
    can_read: bool
    absence: Absence | None


class KeepInboxRules:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, member: SignedInMember, inbox: Inbox) -> InboxRules | None:
        """Give an inbox's rules; nothing for a team that there isn't. Raises `NotPermitted`."""
        organization = member.organization.id
        name = await self._permit(member, inbox)
        if name is None:
            return None
        async with self._database.tenant(organization) as connection:
            policy = await reply_notices.escalation(connection, organization, inbox)
            can_read = policy is not None and await reply_notices.may_read(
                connection, organization, policy.to, inbox.id
            )
            away = await absences.fetch(connection, organization, inbox)
        return InboxRules(inbox, name, policy, can_read, away)

    async def escalate(
        self, member: SignedInMember, inbox: Inbox, hours: int | None, to: MemberId | None
    ) -> RuleRefused | None:
        """Say after how many hours, and to whom; without hours it is off. Counts from now on."""
        if await self._permit(member, inbox) is None:
            return RuleRefused.NO_SUCH_INBOX
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            policy = None
            if hours is not None:
                if hours not in HOURS:
                    return RuleRefused.HOURS
                if to is None or not await self._may_be_named(connection, member, inbox, to):
                    return RuleRefused.NO_COLLEAGUE
                policy = Escalation(timedelta(hours=hours), to)
            await reply_notices.set_escalation(connection, organization, inbox, policy)
            detail = "escalation_off" if hours is None else f"escalation_after_{hours}_hours"
            await self._record(connection, member, inbox, detail)
        return None

    async def be_away(
        self, member: SignedInMember, inbox: Inbox, absence: Absence | None
    ) -> RuleRefused | None:
        """Set the absence, or end it."""
        if await self._permit(member, inbox) is None:
            return RuleRefused.NO_SUCH_INBOX
        organization = member.organization
        if absence is not None:
            today = day_there(self._acts.now(), organization.time_zone)
            if absence.to_day < max(absence.from_day, today):
                return RuleRefused.DAYS
            if (absence.to_day - absence.from_day).days > LONGEST_ABSENCE:
                return RuleRefused.TOO_LONG_AWAY
            if not absence.wording.strip() or len(absence.wording) > LONGEST_WORDING:
                return RuleRefused.NO_WORDS
        async with self._database.tenant(organization.id) as connection:
            await absences.keep(connection, organization.id, inbox, absence)
            await self._record(connection, member, inbox, "away" if absence else "back")
        return None

    async def _permit(self, member: SignedInMember, inbox: Inbox) -> str | None:
        """Give the team's name (empty for one's own inbox); nothing where there is no such team."""
        await self._acts.permit(self._database, member, Permission.READ_MESSAGES)
        if inbox.kind is OwnerKind.MEMBER and inbox in member.inboxes:
            return ""
        async with self._database.tenant(member.organization.id) as connection:
            team = await teams.fetch(connection, member.organization.id, TeamId(inbox.id))
        if team is None:
            return None
        if inbox not in member.inboxes:
            await self._acts.permit(self._database, member, Permission.KEEP_TEAMS)
        return team.name

    async def _may_be_named(
        self, connection: Connection, member: ActingMember, inbox: Inbox, to: MemberId
    ) -> bool:
        row = await members.fetch(connection, member.organization.id, to)
        return row is not None and row.may_act and to != inbox.id

    async def _record(
        self, connection: Connection, member: ActingMember, inbox: Inbox, detail: str
    ) -> None:
        await self._acts.record(
            connection, member, Tag.INBOX_RULES_CHANGED, inbox.id, detail=detail
        )
