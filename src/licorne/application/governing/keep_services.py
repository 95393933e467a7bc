"""Service identities: programs with a name of their own, whose replies come to a team."""

from licorne.application.acting_member import ActingMember
from licorne.application.governing.act_refused import MOST, ActRefusal, ActRefused, one_line_name
from licorne.application.member_acts import MemberActs
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ServiceId, TeamId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.team import ServiceIdentity
from licorne.store import services, teams, tokens
from licorne.store.database import Connection, Database


class KeepServices:
    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def add(self, by: ActingMember, name: str, team: TeamId) -> ServiceId:
        """Make a service that writes for a team. Raises `ActRefused`, which is recorded."""
        await self._acts.permit(self._database, by, Permission.KEEP_SERVICES)
        organization = by.organization.id
        service = ServiceIdentity(
            organization=organization,
            id=ServiceId(self._acts.new_id()),
            name=one_line_name(name),
            team=team,
            created_at=self._acts.now(),
        )
        async with self._database.tenant(organization) as connection:
            refusal = await self._why_not(connection, by, team)
            if refusal is None:
                await services.add(connection, service)
                await self._acts.record(connection, by, Tag.SERVICE_ADDED, service.id)
            else:
                await self._refuse(connection, by, Tag.SERVICE_ADDED, refusal)
        if refusal is not None:
            raise ActRefused(refusal)
        return service.id

    async def list(self, by: ActingMember) -> tuple[ServiceIdentity, ...]:
        async with self._database.tenant(by.organization.id) as connection:
            return await services.fetch_all(connection, by.organization.id)

    async def remove(self, by: ActingMember, service: ServiceId) -> None:
        """End a service and its tokens; its threads stay its team's. Raises `ActRefused`."""
        await self._acts.permit(self._database, by, Permission.KEEP_SERVICES)
        organization, now = by.organization.id, self._acts.now()
        refusal = None
        async with self._database.tenant(organization) as connection:
            found = await services.fetch(connection, organization, service)
            if refusal is None and (
                found is None or not await services.remove(connection, organization, service, now)
            ):
                refusal = ActRefusal.NO_SUCH_SERVICE
            if refusal is None and found is not None:
                await tokens.revoke_of_service(connection, organization, found.actor, now)
                await self._acts.record(connection, by, Tag.SERVICE_REMOVED, service)
            elif refusal is not None:
                await self._refuse(connection, by, Tag.SERVICE_REMOVED, refusal)
        if refusal is not None:
            raise ActRefused(refusal)

    async def _why_not(
        self, connection: Connection, by: ActingMember, team: TeamId
    ) -> ActRefusal | None:
        organization = by.organization.id
        if await teams.fetch(connection, organization, team) is None:
            return ActRefusal.NO_SUCH_TEAM
        if len(await services.fetch_all(connection, organization)) >= MOST:
            return ActRefusal.TOO_MANY
        return None

    async def _refuse(
        self, connection: Connection, by: ActingMember, tag: Tag, refusal: ActRefusal
    ) -> None:
        await self._acts.record(
            connection, by, tag, outcome=Outcome.REFUSED, detail=refusal.name.lower()
        )
