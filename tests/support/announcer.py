"""Runs announcements as the queue would, with carriers that answer by a script."""

import uuid
from datetime import timedelta

from tests.support.scripted_carrier import ScriptedCarrier
from tests.support.waiting_delivery import Practice

from licorne.adapters.system import SystemRandomness
from licorne.application.sending.announce import AnnounceDelivery
from licorne.application.sending.carriers import Carriers
from licorne.domain.identity.ids import DeliveryId
from licorne.ports.sms_carrier import (
    Capabilities,
)
from licorne.store.jobs import Announce, NoticeKind

PICKUP = "https://text.example.org/m"
IDEMPOTENT = Capabilities(live=True, idempotent_send=True)
STAND_IN = Capabilities(live=False, idempotent_send=True)
ASKABLE = Capabilities(live=True, reconciles=True)


class Announcer:
    """Runs one job as the queue would: again after the pause that it asks for."""

    def __init__(self, elm: Practice, *carriers: ScriptedCarrier) -> None:
        self.elm = elm
        self.announce = AnnounceDelivery(
            elm.worker,
            elm.keyring,
            Carriers({one.name: one for one in carriers}, tuple(one.name for one in carriers)),
            elm.clock,
            SystemRandomness(),
            pickup_url=PICKUP,
            carrier_deadline=0.2,
        )

    async def run(
        self,
        delivery: DeliveryId,
        kind: NoticeKind = NoticeKind.NOTICE,
        announcement: uuid.UUID | None = None,
    ) -> timedelta | None:
        job = Announce(self.elm.organization, delivery, kind)
        return await self.announce(job, announcement or uuid.uuid5(delivery, kind.value))

    async def run_until_settled(
        self, delivery: DeliveryId, most: timedelta = timedelta(hours=3)
    ) -> timedelta:
        """Follow the pauses; give how long it took by the clock."""
        passed = timedelta(0)
        while (pause := await self.run(delivery)) is not None:
            assert passed <= most, "it never ends"
            self.elm.clock.pass_time(pause)
            passed += pause
        return passed
