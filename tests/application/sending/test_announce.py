import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from tests.support.announcer import STAND_IN, Announcer
from tests.support.scripted_carrier import DOWN, ScriptedCarrier
from tests.support.waiting_delivery import MOBILE, NOBODYS, Practice, practice

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    Rejected,
)
from licorne.store.jobs import NoticeKind


@pytest_asyncio.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster) as made:
        yield made


async def test_a_notice_names_the_practice_and_a_link_and_nothing_else(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery()

    assert await Announcer(elm, carrier).run(delivery) is None

    [sent] = carrier.sent
    assert sent.to.e164 == MOBILE
    assert re.fullmatch(
        r"Elm Street sent you a secure message: https://text\.example\.org/m/[0-9A-Za-z]{22}"
        r" Reply STOP to stop texts\.",
        sent.text,
    )
    assert await elm.state_of(delivery) == "notified"
    assert await elm.story_of(delivery) == ["notified one"]
    assert await elm.audit_tags() == ["system:notice:sent"]


async def test_the_database_keeps_the_links_hash_and_not_the_link(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery()
    await Announcer(elm, carrier).run(delivery)

    token = re.search(r"/m/(\w+)", carrier.sent[0].text)[1]  # type: ignore[index]
    row = await elm.owner.fetchrow("SELECT * FROM link")
    assert row["token_hash"] == elm.keyring.link_token_hash(token)
    assert row["delivery_id"] == delivery
    assert row["expires_at"] > elm.clock.now()
    dump = str(await elm.owner.fetch("SELECT * FROM notice_attempt"))
    assert token not in dump
    assert MOBILE not in dump


async def test_a_job_that_is_handed_out_twice_sends_one_text(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()

    await announcer.run(delivery)
    await announcer.run(delivery)

    assert len(carrier.sent) == 1


async def test_the_second_carrier_takes_over_at_once_when_the_first_is_down(elm: Practice) -> None:
    first, second = ScriptedCarrier("first", DOWN), ScriptedCarrier("second")
    delivery = await elm.add_delivery()

    assert await Announcer(elm, first, second).run(delivery) is None

    assert await elm.attempts_of(delivery) == [("first", "rejected"), ("second", "accepted")]
    assert await elm.story_of(delivery) == ["notice_rejected first:carrier_down", "notified second"]
    assert first.sent[0].text == second.sent[0].text, "both carry the same link"


async def test_the_organizations_own_order_of_carriers_is_kept(elm: Practice) -> None:
    first, second = ScriptedCarrier("first"), ScriptedCarrier("second")
    await elm.owner.execute("UPDATE organization SET carriers = '{gone,second,first}'")
    delivery = await elm.add_delivery()

    await Announcer(elm, first, second).run(delivery)

    assert await elm.attempts_of(delivery) == [("second", "accepted")]


async def test_an_hour_of_errors_loses_nothing(elm: Practice) -> None:
    """Threat 33: both carriers answer 503 for an hour, then the text goes out, once."""
    begun = elm.clock.now()

    def until_an_hour_has_passed(_message: object) -> Accepted | Rejected:
        return DOWN if elm.clock.now() - begun < timedelta(hours=1) else Accepted("x")

    first = ScriptedCarrier("first", until_an_hour_has_passed)
    second = ScriptedCarrier("second", until_an_hour_has_passed)
    delivery = await elm.add_delivery()

    passed = await Announcer(elm, first, second).run_until_settled(delivery)

    assert timedelta(hours=1) <= passed <= timedelta(hours=2)
    states = [state for _, state in await elm.attempts_of(delivery)]
    assert states.count("accepted") == 1
    assert await elm.state_of(delivery) == "notified"


async def test_back_off_grows(elm: Practice) -> None:
    announcer = Announcer(elm, ScriptedCarrier("one", DOWN))
    delivery = await elm.add_delivery()
    pauses = []
    for _ in range(7):
        pause = await announcer.run(delivery)
        assert pause is not None
        pauses.append(round(pause.total_seconds()))
        elm.clock.pass_time(pause)

    assert pauses == [5, 30, 120, 600, 1800, 3600, 3600]


async def test_it_goes_on_until_the_message_expires_and_then_fails_with_the_reason(
    elm: Practice,
) -> None:
    announcer = Announcer(elm, ScriptedCarrier("one", DOWN))
    delivery = await elm.add_delivery(expires_in=timedelta(minutes=5))

    await announcer.run_until_settled(delivery)

    assert await elm.state_of(delivery) == "failed"
    assert await elm.reason_of(delivery) == "carrier_down"


async def test_a_permanent_no_from_every_carrier_fails_at_once_with_its_reason(
    elm: Practice,
) -> None:
    no = Rejected(CarrierReason.LANDLINE, "30006")
    announcer = Announcer(elm, ScriptedCarrier("first", no), ScriptedCarrier("second", no))
    delivery = await elm.add_delivery()

    assert await announcer.run(delivery) is None

    assert await elm.state_of(delivery) == "failed"
    assert await elm.reason_of(delivery) == "landline"
    assert await elm.story_of(delivery) == [
        "notice_rejected first:landline",
        "notice_rejected second:landline",
        "failed landline",
    ]


async def test_nobody_who_told_a_carrier_to_stop_is_texted_through_another(elm: Practice) -> None:
    second = ScriptedCarrier("second")
    announcer = Announcer(
        elm, ScriptedCarrier("first", Rejected(CarrierReason.OPTED_OUT, "21610")), second
    )
    delivery = await elm.add_delivery()

    await announcer.run(delivery)

    assert second.sent == []
    assert await elm.reason_of(delivery) == "opted_out"


async def test_a_person_who_opted_out_since_is_not_texted(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery()
    await elm.owner.execute("UPDATE contact SET opted_out_at = now(), opted_out_by = 'contact'")

    await Announcer(elm, carrier).run(delivery)

    assert carrier.sent == []
    assert await elm.reason_of(delivery) == "opted_out"


async def test_a_person_who_took_their_consent_back_since_is_not_texted(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery()
    await elm.owner.execute(
        "INSERT INTO consent_entry SELECT organization_id, gen_random_uuid(), id, number_epoch,"
        " purpose, act, 'voice', 'notices-1', NULL, current_date, 'member', id,"
        " now() + at * interval '1 second' FROM contact, (VALUES ('notices', 'given', 1),"
        " ('notices', 'revoked', 2), ('reminders', 'given', 3)) AS said (purpose, act, at)"
    )

    await Announcer(elm, carrier).run(delivery)

    assert carrier.sent == []
    assert await elm.reason_of(delivery) == "opted_out"


async def test_a_number_that_nobody_can_have_goes_to_no_live_carrier(elm: Practice) -> None:
    live = ScriptedCarrier("live")
    delivery = await elm.add_delivery(NOBODYS, flags=("not_assignable",))

    await Announcer(elm, live).run(delivery)

    assert live.sent == []
    assert await elm.reason_of(delivery) == "not_assignable"


async def test_a_number_that_nobody_can_have_reaches_the_stand_in(elm: Practice) -> None:
    live = ScriptedCarrier("live")
    phone = ScriptedCarrier("phone", Accepted(on_handset=True), capabilities=STAND_IN)
    delivery = await elm.add_delivery(NOBODYS, flags=("not_assignable",))

    await Announcer(elm, live, phone).run(delivery)

    assert live.sent == []
    assert await elm.story_of(delivery) == ["notified phone", "on_handset phone"]


async def test_without_any_carrier_the_sender_is_told(elm: Practice) -> None:
    delivery = await elm.add_delivery()
    await Announcer(elm).run(delivery)
    assert await elm.reason_of(delivery) == "no_carrier"


async def test_what_was_recalled_or_has_expired_is_not_announced(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    recalled = await elm.add_delivery()
    await elm.owner.execute("UPDATE message SET recalled_at = now()")
    expired = await elm.add_delivery(expires_in=timedelta(minutes=1))
    elm.clock.pass_time(timedelta(minutes=2))

    assert await Announcer(elm, carrier).run(recalled) is None
    assert await Announcer(elm, carrier).run(expired) is None

    assert carrier.sent == []


async def test_the_new_owner_of_a_number_gets_no_notice_of_the_earlier_owners_mail(
    elm: Practice,
) -> None:
    """Threat 4."""
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery()
    await elm.owner.execute("UPDATE contact SET number_epoch = 2")

    await Announcer(elm, carrier).run(delivery)

    assert carrier.sent == []


async def test_a_nudge_has_its_own_words_and_its_own_link(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()
    await announcer.run(delivery)

    await announcer.run(delivery, NoticeKind.NUDGE)
    await announcer.run(delivery, NoticeKind.NUDGE, announcement=uuid.uuid4())

    texts = [sent.text for sent in carrier.sent]
    assert "still waiting" in texts[1]
    assert len({re.search(r"/m/\w+", text)[0] for text in texts}) == 3  # type: ignore[index]
    assert await elm.story_of(delivery) == ["notified one", "nudged one", "nudged one"]
    assert await elm.owner.fetchval("SELECT links FROM delivery") == 3


async def test_a_nudge_that_fails_leaves_the_delivery_where_it_was(elm: Practice) -> None:
    carrier = ScriptedCarrier("one", Accepted(), Rejected(CarrierReason.BAD_NUMBER))
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()
    await announcer.run(delivery)

    await announcer.run(delivery, NoticeKind.NUDGE)

    assert await elm.state_of(delivery) == "notified"
    assert (await elm.story_of(delivery))[-1] == "nudge_failed bad_number"


async def test_a_nudge_brings_a_failed_delivery_back(elm: Practice) -> None:
    carrier = ScriptedCarrier("one", Rejected(CarrierReason.BAD_NUMBER), Accepted())
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()
    await announcer.run(delivery)
    assert await elm.state_of(delivery) == "failed"

    await announcer.run(delivery, NoticeKind.NUDGE)

    assert await elm.state_of(delivery) == "notified"
    assert await elm.reason_of(delivery) is None


async def test_nobody_is_nudged_about_what_they_have_read(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery(state="read")
    await Announcer(elm, carrier).run(delivery, NoticeKind.NUDGE)
    assert carrier.sent == []


async def test_a_fresh_link_is_sent_even_when_the_message_has_ended(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    delivery = await elm.add_delivery(state="expired", expires_in=timedelta(minutes=1))
    elm.clock.pass_time(timedelta(days=2))

    await Announcer(elm, carrier).run(delivery, NoticeKind.FRESH_LINK)

    assert len(carrier.sent) == 1
    assert await elm.state_of(delivery) == "expired"
    assert await elm.story_of(delivery) == ["fresh_link_sent one"]


async def test_two_workers_with_the_same_job_send_one_text(elm: Practice) -> None:
    carrier = ScriptedCarrier("one")
    announcer = Announcer(elm, carrier)
    delivery = await elm.add_delivery()

    await asyncio.gather(*(announcer.run(delivery) for _ in range(5)))

    assert len(carrier.sent) == 1
