"""What happened, for a program that follows it: in the order of the trail, by ids only.

A program sees what concerns the inboxes it stands for, and who wants no more texts. It goes on
after the last number it has seen and so gets everything at least once, in order.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.program_acts import ProgramActs, inboxes_of
from licorne.domain.audit.followed_tags import ABOUT_CONTACT, FOLLOWED, EventType
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, OrganizationId
from licorne.store import followed_events
from licorne.store.database import Connection, Database
from licorne.store.followed_events import ConcernedDelivery, LinkedAct

MOST_IN_A_PAGE = 100
_LOOKED_THROUGH = 2000  # entries of the trail for one answer, most of which nobody follows


@dataclass(frozen=True, slots=True)
class FollowedEvent:
    sequence: int
    id: uuid.UUID
    type: EventType
    at: datetime
    deliveries: tuple[ConcernedDelivery, ...]
    contact: ContactId | None  # for events about a contact


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in order; ask for what comes ``after``. ``more``: there is more already."""

    events: tuple[FollowedEvent, ...]
    after: int
    more: bool


class FollowEvents:
    def __init__(self, database: Database, acts: ProgramActs) -> None:
        self._database = database
        self._acts = acts

    async def __call__(self, caller: ApiCaller, after: int | None, limit: int) -> EventPage:
        """Give what comes after a number; without one, nothing but the number to begin with."""
        organization = caller.organization
        async with self._database.tenant(organization) as connection:
            if after is None:
                last = await followed_events.last_sequence(connection, organization)
                return EventPage((), last, more=False)
            owners = {inbox.id for inbox in await inboxes_of(connection, caller)}
            page = await events_after(connection, organization, owners, after, limit)
            if page.events:  # a look that shows nothing would only feed the trail that it reads
                await self._acts.record(connection, caller, Tag.API_SAW_EVENTS)
        return page


async def events_after(
    connection: Connection,
    organization: OrganizationId,
    owners: Collection[uuid.UUID],
    after: int,
    limit: int,
) -> EventPage:
    """Read on in the trail for whoever stands for these inboxes."""
    acts = await followed_events.linked_after(connection, organization, after, _LOOKED_THROUGH)
    followed = [act for act in acts if act.tag in FOLLOWED and act.subject is not None]
    subjects = {act.subject for act in followed if act.subject is not None}
    concerned = await followed_events.concerned(connection, organization, subjects)
    events: list[FollowedEvent] = []
    for act in followed:
        event = _event(act, concerned, owners)
        if event is None:
            continue
        if len(events) == limit:
            return EventPage(tuple(events), events[-1].sequence, more=True)
        events.append(event)
    read_to = acts[-1].sequence if acts else after
    return EventPage(tuple(events), read_to, more=len(acts) == _LOOKED_THROUGH)


def _event(
    act: LinkedAct,
    concerned: dict[uuid.UUID, list[ConcernedDelivery]],
    owners: Collection[uuid.UUID],
) -> FollowedEvent | None:
    kind = FOLLOWED[act.tag]
    assert act.subject is not None
    if kind in ABOUT_CONTACT:
        return FollowedEvent(act.sequence, act.id, kind, act.at, (), ContactId(act.subject))
    seen = [one for one in concerned.get(act.subject, ()) if one.owner in owners]
    if kind is EventType.MESSAGE_OPENED:  # by one of its recipients, whose mailbox did it
        seen = [one for one in seen if one.mailbox == act.actor]
    if not seen:
        return None
    return FollowedEvent(act.sequence, act.id, kind, act.at, tuple(seen), None)
