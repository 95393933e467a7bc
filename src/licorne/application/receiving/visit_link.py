"""Somebody, or some robot, opens a link. Looking reveals nothing and uses nothing up (threat 5)."""

from dataclasses import dataclass

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.tags import Tag
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.door import Door
from licorne.store.database import Database


@dataclass(frozen=True, slots=True)
class Visit:
    """Which page to show. ``located`` is missing for an unknown link only."""

    door: Door
    located: Located | None
    signed_in: SignedInContact | None  # to the contact's mailbox in force


UNKNOWN = Visit(Door.UNKNOWN, None, None)


class VisitLink:
    def __init__(
        self,
        database: Database,
        locate: LocateLink,
        sessions: ContactSessions,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._locate = locate
        self._sessions = sessions
        self._acts = acts

    async def __call__(self, token: str, cookie: str | None, *, observed: bool = True) -> Visit:
        """Say what a link opens. ``observed`` is false for what nobody looks at (HEAD, prefetch).

        Without a session this notes at most once per delivery that the link was fetched; access,
        counters and the link's validity never change.
        """
        now = self._acts.now()
        found = await self._locate.find(token)
        if found is None:
            return UNKNOWN
        async with self._database.tenant(found.organization) as connection:
            located = await self._locate.within(connection, found, token, now)
        if located is None or located.door(now) is Door.UNKNOWN:
            return UNKNOWN
        signed_in = await self._sessions.resume(cookie, located.current.id)
        is_open = signed_in is not None and located.mailbox.id == located.current.id
        door = located.door(now, signed_in=is_open)
        if observed and not is_open:
            await self._note_fetched(located)
        return Visit(door, located, signed_in)

    async def _note_fetched(self, located: Located) -> None:
        organization, delivery = located.organization.id, located.delivery.id
        async with self._database.tenant(organization) as connection:
            moved = await self._acts.move(
                connection, organization, delivery, DeliveryState.LINK_FETCHED
            )
            if moved:
                await self._acts.record(connection, organization, Tag.LINK_FETCHED, delivery)
