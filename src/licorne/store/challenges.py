"""The tries of a delivery's passphrase, counted and committed before each is checked."""

from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.pickup.challenge import MOST_TRIES, ChallengeState
from licorne.store.database import Connection


async def count_try(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> int | None:
    """Count one try and give how many there were; None when no more may be made.

    Commit this before the passphrase is looked at: tries made at once then count, too.
    """
    tries: int | None = await connection.fetchval(
        "UPDATE delivery SET challenge_tries = challenge_tries + 1"
        " WHERE organization_id = $1 AND id = $2 AND challenge = 'waiting' AND challenge_tries < $3"
        " RETURNING challenge_tries",
        organization,
        delivery,
        MOST_TRIES,
    )
    return tries


async def set_state(
    connection: Connection,
    organization: OrganizationId,
    delivery: DeliveryId,
    state: ChallengeState,
    *,
    earlier: ChallengeState = ChallengeState.WAITING,
) -> bool:
    """Move a challenge on; False when it was not where it was thought to be."""
    moved = await connection.fetchval(
        "UPDATE delivery SET challenge = $3 WHERE organization_id = $1 AND id = $2"
        " AND challenge = $4 RETURNING true",
        organization,
        delivery,
        state.value,
        earlier.value,
    )
    return moved is not None


async def clear_tries(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> None:
    """Forget wrong tries after a right one."""
    await connection.execute(
        "UPDATE delivery SET challenge_tries = 0 WHERE organization_id = $1 AND id = $2",
        organization,
        delivery,
    )


async def give_back_try(
    connection: Connection, organization: OrganizationId, delivery: DeliveryId
) -> None:
    """Uncount a try that could not be checked: the server was busy."""
    await connection.execute(
        "UPDATE delivery SET challenge_tries = challenge_tries - 1"
        " WHERE organization_id = $1 AND id = $2 AND challenge = 'waiting' AND challenge_tries > 0",
        organization,
        delivery,
    )
