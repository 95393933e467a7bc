"""A member looks at how far a message has come: its states and times, and not what it says."""

from dataclasses import dataclass

from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import DeliveryId, ThreadId
from licorne.domain.message.thread import Thread, ThreadMessage
from licorne.store import threads
from licorne.store.database import Database
from licorne.store.deliveries import DeliveryEvent


@dataclass(frozen=True, slots=True)
class FollowedDelivery:
    thread: Thread
    facts: ThreadMessage
    story: tuple[DeliveryEvent, ...]


class FollowDelivery:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def __call__(
        self, member: SignedInMember, delivery: DeliveryId
    ) -> FollowedDelivery | None:
        """Give the story; nothing for a delivery that is in none of this member's inboxes."""
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            thread_id = await threads.thread_of_delivery(connection, organization, delivery)
            if thread_id is None:
                return None
            thread = await threads.fetch(connection, organization, thread_id, member.inboxes)
            if thread is None:
                return None
            (facts,) = await threads.messages(connection, organization, thread_id, only=delivery)
            stories = await threads.stories(connection, organization, [delivery])
        return FollowedDelivery(thread, facts, stories[delivery])

    async def in_thread(
        self, member: SignedInMember, thread: ThreadId
    ) -> tuple[DeliveryId, ...] | None:
        """Name the latest deliveries of a thread, oldest first, and nothing about them."""
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            if await threads.fetch(connection, organization, thread, member.inboxes) is None:
                return None
            found = await threads.messages(connection, organization, thread)
        return tuple(one.delivery for one in found)
