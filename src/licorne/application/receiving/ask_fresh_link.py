"""A contact asks for a new link: it goes to the number on file, and nowhere else.

Whatever is asked, the answer is the same and comes as fast (threat 22): the work happens after it.
"""

import asyncio
from datetime import timedelta

import structlog

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.locate_link import LocateLink
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId, DeliveryId, OrganizationId
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.store import links, mailboxes
from licorne.store.database import Database
from licorne.store.jobs import Announce, NoticeKind, enqueue
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup

PER_CONTACT = Limit("fresh-link-contact", 3, timedelta(hours=1))
PER_ADDRESS = Limit("fresh-link-address", 20, timedelta(hours=1))
MOST_AT_ONCE = 64

log = structlog.get_logger("licorne.receiving")


class AskFreshLink:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        throttle: Throttle,
        locate: LocateLink,
        acts: ContactActs,
        *,
        default_region: str,
    ) -> None:
        """``default_region`` says how a number without a country is read (ISO 3166)."""
        self._database = database
        self._keyring = keyring
        self._throttle = throttle
        self._locate = locate
        self._acts = acts
        self._default_region = default_region
        self._running: set[asyncio.Task[None]] = set()

    async def by_link(self, token: str, *, address: str) -> bool:
        """Ask for the link's own delivery, or the latest that is still there; false: too often."""
        if not await self._throttle.allows((PER_ADDRESS, address)):
            return False
        found = await self._locate.find(token)
        located = await self._locate(token, self._acts.now())
        if found is None or located is None:
            return True
        if located.mailbox.number_epoch != located.contact.number_epoch:
            return True
        return await self._send(found.organization, located.contact.id, located.delivery.id)

    async def by_number(self, typed: str, *, address: str) -> bool:
        """Ask by phone number, in every practice that knows it; false only for asking too often."""
        if not await self._throttle.allows((PER_ADDRESS, address)):
            return False
        if len(self._running) < MOST_AT_ONCE:
            task = asyncio.create_task(self._send_to_number(typed))
            self._running.add(task)
            task.add_done_callback(self._done)
        return True

    async def settle(self) -> None:
        """Wait until what was asked for is under way (when the process stops)."""
        await asyncio.gather(*self._running, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("fresh link failed", kind=type(task.exception()).__name__)

    async def _send_to_number(self, typed: str) -> None:
        try:
            number = parse_phone_number(typed, self._default_region)
        except NumberRefused:
            return
        async with self._database.before_tenant() as connection:
            found = await links.find_contacts(connection, number_lookup(self._keyring, number))
        for organization, contact in found:
            await self._send(organization, contact, None)

    async def _send(
        self, organization: OrganizationId, contact: ContactId, delivery: DeliveryId | None
    ) -> bool:
        allowed = await self._throttle.allows((PER_CONTACT, contact.bytes))
        async with self._database.tenant(organization) as connection:
            latest = await mailboxes.latest_alive(
                connection, organization, contact, self._acts.now()
            )
            wanted = latest or delivery
            if wanted is None:
                return True
            await self._acts.record(
                connection,
                organization,
                Tag.FRESH_LINK_ASKED,
                wanted,
                outcome=Outcome.DONE if allowed else Outcome.REFUSED,
                detail=None if allowed else "too_often",
            )
            if allowed:
                job = Announce(organization, wanted, NoticeKind.FRESH_LINK)
                await enqueue(connection, job)
        return allowed
