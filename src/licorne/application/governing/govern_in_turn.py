"""Who governs others does it one after the other, and is looked at again when it is their turn.

Two owners who let each other go at the same moment would else both succeed, and a team whose last
two members leave at once would be left without anybody.
"""

from licorne.application.acting_member import ActingMember
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.member import Member
from licorne.domain.identity.permission import may_govern
from licorne.store import members
from licorne.store.database import Connection


async def govern_in_turn(
    connection: Connection, by: ActingMember, member: MemberId
) -> tuple[Member | None, bool]:
    """Wait for one's turn; give whom it is about, and whether ``by`` may (still) govern them."""
    organization = by.organization.id
    await members.lock_all(connection, organization)
    acting = await members.fetch(connection, organization, by.id)
    row = await members.fetch(connection, organization, member)
    may = (
        row is not None
        and acting is not None
        and acting.may_act
        and may_govern(acting.role, row.role)
    )
    return row, may
