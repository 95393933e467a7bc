import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from tests.support.announcer import ASKABLE, IDEMPOTENT, Announcer
from tests.support.scripted_carrier import DOWN, LIVE, ScriptedCarrier
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.identity.ids import DeliveryId
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Outbound,
    Receipt,
    ReceiptState,
    Unknown,
)


@pytest_asyncio.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster) as made:
        yield made


async def test_an_unknown_answer_is_never_followed_by_a_second_text(elm: Practice) -> None:
    first = ScriptedCarrier("first", Unknown("ReadTimeout"))
    second = ScriptedCarrier("second")
    announcer = Announcer(elm, first, second)
    delivery = await elm.add_delivery()

    for _ in range(3):
        assert await announcer.run(delivery) is None
        elm.clock.pass_time(timedelta(hours=1))

    assert len(first.sent) == 1
    assert second.sent == []
    assert await elm.story_of(delivery) == ["notice_unknown first"]
    assert await elm.state_of(delivery) == "accepted"


async def test_a_carrier_that_knows_a_repeated_id_is_asked_again_under_it(elm: Practice) -> None:
    carrier = ScriptedCarrier(
        "one", Unknown("x"), Unknown("x"), Accepted(), capabilities=IDEMPOTENT
    )
    delivery = await elm.add_delivery()

    await Announcer(elm, carrier).run_until_settled(delivery)

    assert len(carrier.sent) == 3
    assert len({(sent.id, sent.text) for sent in carrier.sent}) == 1
    assert await elm.attempts_of(delivery) == [("one", "accepted")]
    assert await elm.state_of(delivery) == "notified"


async def test_a_no_to_a_repeated_request_does_not_settle_the_first(elm: Practice) -> None:
    """Down now, but it may have taken the text before: no other carrier, no other id."""
    carrier = ScriptedCarrier("one", Unknown("x"), DOWN, Accepted(), capabilities=IDEMPOTENT)
    other = ScriptedCarrier("other")
    delivery = await elm.add_delivery()

    await Announcer(elm, carrier, other).run_until_settled(delivery)

    assert other.sent == []
    assert len({sent.id for sent in carrier.sent}) == 1
    assert await elm.state_of(delivery) == "notified"


async def test_a_carrier_that_says_nothing_is_unknown_at_the_deadline(elm: Practice) -> None:
    class Silent(ScriptedCarrier):
        async def send(self, message: Outbound) -> Answer:
            self.sent.append(message)
            await asyncio.Event().wait()

    carrier = Silent("one")
    delivery = await elm.add_delivery()

    assert await Announcer(elm, carrier).run(delivery) is None

    assert await elm.attempts_of(delivery) == [("one", "unknown")]


async def test_a_fault_in_an_adapter_counts_as_unknown(elm: Practice) -> None:
    carrier = ScriptedCarrier("one", RuntimeError("bug"))
    delivery = await elm.add_delivery()

    await Announcer(elm, carrier).run(delivery)

    assert await elm.attempts_of(delivery) == [("one", "unknown")]


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it runs."""


async def killed_while_asking(
    elm: Practice, delivery: DeliveryId, capabilities: Capabilities = LIVE
) -> None:
    class Dies(ScriptedCarrier):
        async def send(self, message: Outbound) -> Answer:
            raise Killed

    announcer = Announcer(elm, Dies("one", capabilities=capabilities))
    try:
        await announcer.run(delivery)
    except Killed:
        return
    raise AssertionError("it should have died")


async def test_a_try_is_committed_before_the_carrier_is_asked(elm: Practice) -> None:
    delivery = await elm.add_delivery()
    await killed_while_asking(elm, delivery)
    assert await elm.attempts_of(delivery) == [("one", "sending")]


async def test_after_a_crash_while_asking_the_text_is_not_sent_again(elm: Practice) -> None:
    delivery = await elm.add_delivery()
    await killed_while_asking(elm, delivery)
    carrier = ScriptedCarrier("one")
    announcer = Announcer(elm, carrier)

    pause = await announcer.run(delivery)
    assert pause is not None, "another worker may still be at it"
    elm.clock.pass_time(pause)
    assert await announcer.run(delivery) is None

    assert carrier.sent == []
    assert await elm.attempts_of(delivery) == [("one", "unknown")]


async def test_after_a_crash_an_idempotent_carrier_is_asked_again_at_once(elm: Practice) -> None:
    delivery = await elm.add_delivery()
    await killed_while_asking(elm, delivery, IDEMPOTENT)
    carrier = ScriptedCarrier("one", capabilities=IDEMPOTENT)

    assert await Announcer(elm, carrier).run(delivery) is None

    assert len(carrier.sent) == 1
    assert await elm.attempts_of(delivery) == [("one", "accepted")]


async def test_a_clock_set_a_day_ahead_sends_nothing_twice(elm: Practice) -> None:
    """Threat 37."""
    delivery = await elm.add_delivery()
    await killed_while_asking(elm, delivery)
    carrier = ScriptedCarrier("one")
    elm.clock.jump(timedelta(days=1))

    await Announcer(elm, carrier).run(delivery)

    assert carrier.sent == []


async def test_a_clock_set_a_day_ahead_leaves_nobody_without_a_text(elm: Practice) -> None:
    """Threat 37: what is yet to be read isn't taken for over."""
    delivery = await elm.add_delivery(expires_in=timedelta(hours=12))
    carrier = ScriptedCarrier("one")
    announcer = Announcer(elm, carrier)
    elm.clock.jump(timedelta(days=1))

    await announcer.run(delivery)

    assert len(carrier.sent) == 1


async def test_a_clock_set_a_day_back_stalls_nothing(elm: Practice) -> None:
    """Threat 37."""
    announcer = Announcer(elm, ScriptedCarrier("one", DOWN, Accepted()))
    delivery = await elm.add_delivery()
    await announcer.run(delivery)
    elm.clock.jump(timedelta(days=-1))

    pause = await announcer.run(delivery)

    assert pause is not None
    assert pause <= timedelta(seconds=5)


async def test_a_carrier_that_can_be_asked_tells_what_became_of_a_try(elm: Practice) -> None:
    carrier = ScriptedCarrier("one", Unknown("x"), capabilities=ASKABLE)
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()
    pause = await announcer.run(delivery)
    assert pause is not None
    attempt = carrier.sent[0].id
    carrier.known[attempt] = Receipt("r", ReceiptState.ACCEPTED, attempt=attempt)
    elm.clock.pass_time(pause)

    assert await announcer.run(delivery) is None

    assert carrier.looked_up == [attempt]
    assert len(carrier.sent) == 1
    assert await elm.state_of(delivery) == "notified"
