"""Takes a carrier's webhook: proves its origin, commits what it says, each receipt once.

Who calls acknowledges after this and never before: a receipt that could not be stored is sent
again by the carrier.
"""

from collections.abc import Awaitable, Callable

from licorne.application.sending.carriers import Carriers
from licorne.application.sending.notice_progress import NoticeProgress
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Event, Inbound, Receipt, Webhook
from licorne.store import deliveries, notices, receipts
from licorne.store.database import Database


class NoSuchCarrier(Exception):
    """No carrier of that name tells by webhook."""

    sentence = translatable("No carrier of this name is set up here.")


TakeText = Callable[[str, Inbound], Awaitable[None]]


class TakeReceipt:
    """``take_text`` takes what people text back."""

    def __init__(
        self,
        database: Database,
        carriers: Carriers,
        clock: Clock,
        randomness: Randomness,
        take_text: TakeText,
    ) -> None:
        self._database = database
        self._carriers = carriers
        self._clock = clock
        self._progress = NoticeProgress(clock, randomness)
        self._take_text = take_text

    async def __call__(self, carrier: str, webhook: Webhook) -> None:
        """Raises `NoSuchCarrier`, and `ports.sms_carrier.WebhookRefused` for a forgery."""
        configured = self._carriers.by_name.get(carrier)
        if configured is None or not configured.capabilities.webhooks:
            raise NoSuchCarrier
        for event in configured.verify_and_parse(webhook):
            await self.take(carrier, event)

    async def take(self, carrier: str, event: Event) -> None:
        """Commit one event that is the carrier's; whoever brought it acknowledges afterwards."""
        if isinstance(event, Receipt):
            await self._take(carrier, event)
        else:
            await self._take_text(carrier, event)

    async def _take(self, carrier: str, receipt: Receipt) -> None:
        async with self._database.before_tenant() as connection, connection.transaction():
            if receipt.reference is not None:
                await receipts.in_turn(connection, (carrier, receipt.reference))
            place = await receipts.find(connection, carrier, receipt)
            if place is None:
                # It came before the carrier's answer to us; that will find it (`come_early`).
                await receipts.take(connection, carrier, receipt, self._clock.now())
                return
        organization, identity = place
        async with self._database.tenant(organization) as connection:
            attempt = await notices.fetch_attempt(connection, organization, identity)
            if attempt is None:
                return
            await deliveries.fetch(connection, organization, attempt.delivery, lock=True)
            if await receipts.take(connection, carrier, receipt, self._clock.now()):
                await self._progress.receipt(connection, organization, attempt, receipt)
