"""Asks, before a route or a command begins, whether the member's role lets them do such a thing."""

from licorne.application.acting_member import ActingMember
from licorne.application.member_acts import MemberActs
from licorne.domain.identity.permission import Permission
from licorne.store.database import Database


class Permit:
    """The edges' way to the one question that use cases ask, too: ``MemberActs.permit``."""

    def __init__(self, database: Database, acts: MemberActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, member: ActingMember, permission: Permission) -> None:
        """Raise `NotPermitted`, recorded, unless the member may."""
        await self._acts.permit(self._database, member, permission)
