import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from tests.support.scripted_carrier import LIVE, ScriptedCarrier
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemRandomness
from licorne.application.sending.announce import AnnounceDelivery
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.take_receipt import NoSuchCarrier, TakeReceipt
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Inbound,
    Outbound,
    Receipt,
    ReceiptState,
    Unknown,
    Webhook,
    WebhookRefused,
)
from licorne.store.jobs import Announce, NoticeKind, decode_announce

HOOK = Webhook("POST", "https://x/", {}, b"")


async def no_texts(_carrier: str, _text: Inbound) -> None:
    raise AssertionError("no carrier here passes texts on")


class Reporting(ScriptedCarrier):
    """Its webhooks say what ``says`` holds."""

    def __init__(self, name: str, *answers: Answer, capabilities: Capabilities = LIVE) -> None:
        super().__init__(name, *answers, capabilities=capabilities)
        self.says: tuple[Receipt, ...] = ()

    def verify_and_parse(self, webhook: Webhook) -> tuple[Receipt, ...]:
        if webhook.body == b"forged":
            raise WebhookRefused("wrong signature")
        return self.says


class World:
    def __init__(self, elm: Practice, *carriers: Reporting) -> None:
        self.elm = elm
        known = Carriers({one.name: one for one in carriers}, tuple(one.name for one in carriers))
        self.announce = AnnounceDelivery(
            elm.worker, elm.keyring, known, elm.clock, SystemRandomness(), pickup_url="https://x/m"
        )
        self.take_receipt = TakeReceipt(elm.app, known, elm.clock, SystemRandomness(), no_texts)

    async def send(self, delivery: DeliveryId, kind: NoticeKind = NoticeKind.NOTICE) -> None:
        job = Announce(self.elm.organization, delivery, kind)
        await self.announce(job, uuid.uuid5(delivery, kind.value))

    async def tell(self, carrier: Reporting, *receipts: Receipt) -> None:
        carrier.says = receipts
        await self.take_receipt(carrier.name, HOOK)


@pytest_asyncio.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster) as made:
        yield made


def delivered(reference: str = "c-1", key: str = "d") -> Receipt:
    return Receipt(key, ReceiptState.ON_HANDSET, reference=reference)


def undelivered(
    reason: CarrierReason = CarrierReason.LANDLINE, reference: str = "c-1", key: str = "u"
) -> Receipt:
    return Receipt(key, ReceiptState.UNDELIVERED, reference=reference, reason=reason)


async def test_a_receipt_moves_the_delivery_to_the_handset(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(carrier, delivered())

    assert await elm.story_of(delivery) == ["notified one", "on_handset one"]
    assert await elm.audit_tags() == ["system:notice:sent", "carrier:notice:receipt"]


async def test_a_receipt_that_names_our_id_is_matched_by_it(elm: Practice) -> None:
    carrier = Reporting("one", Accepted(None))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(carrier, Receipt("d", ReceiptState.ON_HANDSET, attempt=carrier.sent[0].id))

    assert await elm.state_of(delivery) == "on_handset"


async def test_a_receipt_that_comes_before_the_answer_is_matched_later(elm: Practice) -> None:
    class Eager(Reporting):
        async def send(self, message: Outbound) -> Answer:
            await world.tell(self, delivered())
            return await super().send(message)

    carrier = Eager("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()

    await world.send(delivery)

    assert await elm.story_of(delivery) == ["notified one", "on_handset one"]


async def test_the_same_receipt_twice_is_one_event(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)

    await asyncio.gather(*(world.tell(carrier, delivered()) for _ in range(4)))

    assert await elm.story_of(delivery) == ["notified one", "on_handset one"]


async def test_what_was_delivered_stays_delivered(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(carrier, delivered(), undelivered())
    await world.tell(carrier, Receipt("a", ReceiptState.ACCEPTED, reference="c-1"))

    assert await elm.state_of(delivery) == "on_handset"
    assert await elm.attempts_of(delivery) == [("one", "on_handset")]


async def test_a_receipt_resolves_a_doubt(elm: Practice) -> None:
    carrier = Reporting("one", Unknown("ReadTimeout"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(carrier, Receipt("d", ReceiptState.ON_HANDSET, attempt=carrier.sent[0].id))

    assert await elm.story_of(delivery) == ["notice_unknown one", "notified one", "on_handset one"]


async def test_an_undelivered_text_goes_on_to_the_next_carrier(elm: Practice) -> None:
    first, second = Reporting("first", Accepted("c-1")), Reporting("second", Accepted("c-2"))
    world, delivery = World(elm, first, second), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(first, undelivered(CarrierReason.FILTERED))

    payload = await elm.owner.fetchval("SELECT payload FROM jobs.pgqueuer")
    job = decode_announce(payload)
    assert job.announcement is not None
    await world.announce(job, job.announcement)
    assert await elm.attempts_of(delivery) == [("first", "undelivered"), ("second", "accepted")]
    assert first.sent[0].text == second.sent[0].text


async def test_an_undelivered_text_with_nobody_left_to_ask_has_failed(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)
    await world.tell(carrier, undelivered())

    await world.send(delivery)

    assert await elm.state_of(delivery) == "failed"
    assert await elm.reason_of(delivery) == "landline"


async def test_what_the_person_has_read_is_not_called_failed(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)
    await elm.owner.execute("UPDATE delivery SET state = 'read'")

    await world.tell(carrier, undelivered())
    await world.send(delivery)

    assert await elm.state_of(delivery) == "read"


async def test_another_carriers_reference_matches_nothing(elm: Practice) -> None:
    first, second = Reporting("first", Accepted("c-1")), Reporting("second")
    world, delivery = World(elm, first, second), await elm.add_delivery()
    await world.send(delivery)

    await world.tell(second, delivered())

    assert await elm.state_of(delivery) == "notified"


async def test_a_forged_webhook_changes_nothing(elm: Practice) -> None:
    """Threat 31."""
    carrier = Reporting("one", Accepted("c-1"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)
    carrier.says = (delivered(),)

    with pytest.raises(WebhookRefused):
        await world.take_receipt("one", Webhook("POST", "https://x/", {}, b"forged"))

    assert await elm.state_of(delivery) == "notified"


async def test_a_webhook_for_nobody_is_refused(elm: Practice) -> None:
    deaf = Reporting("deaf", capabilities=Capabilities(live=True))
    world = World(elm, deaf)
    for name in ("nobody", "deaf"):
        with pytest.raises(NoSuchCarrier):
            await world.take_receipt(name, HOOK)


async def test_receipts_of_two_organizations_stay_apart(elm: Practice) -> None:
    carrier = Reporting("one", Accepted("c-1"), Accepted("c-2"))
    world, delivery = World(elm, carrier), await elm.add_delivery()
    await world.send(delivery)
    first, elm.organization = elm.organization, OrganizationId(uuid.uuid4())
    await elm.add_organization()
    other = await elm.add_delivery("+12125550199")
    await world.send(other)

    await world.tell(carrier, delivered("c-2"))

    assert await elm.state_of(other) == "on_handset"
    assert await elm.state_of(delivery) == "notified"
    assert first != elm.organization
