"""The contract of `SmsCarrier`: what holds for each adapter, against what it speaks with.

A carrier that can't do something (say, tell by webhook) says so in its capabilities, and is held
to that: see `able`.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from tests.adapters.carriers.stand_ins.case import CLOCK, Case, Told, outbound
from tests.adapters.carriers.stand_ins.demo_phone import demo_phone
from tests.adapters.carriers.stand_ins.gammu_smsd import gammu_smsd
from tests.adapters.carriers.stand_ins.generic_http import generic_http
from tests.adapters.carriers.stand_ins.smpp import smpp
from tests.adapters.carriers.stand_ins.sms_gate import sms_gate
from tests.adapters.carriers.stand_ins.telnyx import telnyx
from tests.adapters.carriers.stand_ins.twilio import twilio

from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    CarrierCheckFailed,
    Inbound,
    Receipt,
    ReceiptState,
    Rejected,
    Unknown,
    Webhook,
    WebhookRefused,
)

CASES = {
    "demo_phone": demo_phone,
    "gammu_smsd": gammu_smsd,
    "generic_http": generic_http,
    "smpp": smpp,
    "sms_gate": sms_gate,
    "telnyx": telnyx,
    "twilio": twilio,
}
HTTP = [name for name in CASES if name not in {"demo_phone", "gammu_smsd", "smpp"}]
INBOUND = ["sms_gate", "telnyx", "twilio"]


@pytest_asyncio.fixture
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    async with CASES[request.param](tmp_path) as made:
        yield made


every = pytest.mark.parametrize("case", CASES, indirect=True)
over_http = pytest.mark.parametrize("case", HTTP, indirect=True)
with_webhooks = pytest.mark.parametrize("case", HTTP, indirect=True)
with_inbound = pytest.mark.parametrize("case", INBOUND, indirect=True)


# Sending


@every
async def test_an_accepted_text_arrives_whole(case: Case) -> None:
    text = 'José’s 😀 {id} "quoted" \\ <b>\nsecond line & more €'
    answer = await case.carrier.send(outbound(text))
    assert isinstance(answer, Accepted)
    assert await case.arrived() == [("+12125550123", text)]


@every
async def test_two_texts_have_two_references(case: Case) -> None:
    answers = [await case.carrier.send(outbound()) for _ in range(2)]
    references = {answer.reference for answer in answers if isinstance(answer, Accepted)}
    assert len(references) == 2


@every
async def test_what_it_says_about_repeated_requests_is_true(case: Case) -> None:
    message = outbound()
    first = await case.carrier.send(message)
    second = await case.carrier.send(message)
    knows = case.carrier.capabilities.idempotent_send or case.knows_repeats
    assert (first == second) == knows
    assert len(await case.arrived()) == (1 if knows else 2)


@every
async def test_many_texts_at_once_all_arrive(case: Case) -> None:
    messages = [outbound(f"text {number}") for number in range(40)]
    answers = await asyncio.gather(*(case.carrier.send(message) for message in messages))
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert sorted(text for _, text in await case.arrived()) == sorted(
        message.text for message in messages
    )


@every
async def test_what_it_says_about_reconciling_is_true(case: Case) -> None:
    message = outbound()
    assert await case.carrier.reconcile(message.id) is None
    await case.carrier.send(message)
    receipt = await case.carrier.reconcile(message.id)
    assert (receipt is not None) == case.carrier.capabilities.reconciles
    assert receipt is None or receipt.attempt == message.id


@every
async def test_neither_number_nor_text_shows_in_a_repr(case: Case) -> None:
    message = outbound("secret words")
    shown = repr(message) + repr(await case.carrier.send(message)) + repr(case.carrier)
    assert "secret" not in shown
    assert "5550123" not in shown


@over_http
async def test_each_refusal_has_our_reason(case: Case) -> None:
    assert case.refuse is not None
    for code, reason in case.refusals.items():
        case.refuse(code)
        assert await case.carrier.send(outbound()) == Rejected(reason, code)


@over_http
async def test_no_answer_is_unknown(case: Case) -> None:
    assert case.break_off is not None
    case.break_off()
    assert isinstance(await case.carrier.send(outbound()), Unknown)


@over_http
async def test_a_carrier_that_is_away_surely_took_nothing(case: Case) -> None:
    assert case.go_away is not None
    await case.go_away()
    answer = await case.carrier.send(outbound())
    assert isinstance(answer, Rejected)
    assert answer.reason is CarrierReason.CARRIER_DOWN


@every
async def test_its_check_passes_where_all_is_well(case: Case) -> None:
    await case.carrier.check()
    assert await case.arrived() == []


@over_http
async def test_its_check_tells_that_it_is_away(case: Case) -> None:
    assert case.go_away is not None
    await case.go_away()
    with pytest.raises(CarrierCheckFailed, match="could not be reached"):
        await case.carrier.check()


@with_inbound
async def test_its_check_tells_that_our_account_is_refused(case: Case) -> None:
    assert case.forget_us is not None
    case.forget_us()
    with pytest.raises(CarrierCheckFailed, match="account"):
        await case.carrier.check()
    answer = await case.carrier.send(outbound())
    assert isinstance(answer, Rejected)
    assert answer.reason is CarrierReason.CARRIER_SETTINGS


# Receipts


def told(state: ReceiptState, code: str | None = None) -> Told:
    return Told(state, uuid.UUID(int=7), "ref-1", code)


def receipt_of(case: Case, one: Told) -> Receipt:
    assert case.receipt is not None
    (receipt,) = case.carrier.verify_and_parse(case.receipt(one))
    assert isinstance(receipt, Receipt)
    return receipt


@with_webhooks
@pytest.mark.parametrize("state", [ReceiptState.ON_HANDSET, ReceiptState.UNDELIVERED])
async def test_a_receipt_is_read_and_names_our_try(case: Case, state: ReceiptState) -> None:
    receipt = receipt_of(case, told(state))
    assert receipt.state is state
    assert receipt.reference in {"ref-1", str(receipt.attempt)}
    assert receipt.attempt == uuid.UUID(int=7)
    assert (receipt.reason is not None) == (state is ReceiptState.UNDELIVERED)


@with_webhooks
async def test_a_failed_delivery_has_our_reason(case: Case) -> None:
    code, reason = next(iter((case.failures or case.refusals).items()))
    assert receipt_of(case, told(ReceiptState.UNDELIVERED, code)).reason is reason


@with_webhooks
async def test_the_same_receipt_twice_has_one_key_and_another_has_another(case: Case) -> None:
    one = receipt_of(case, told(ReceiptState.ON_HANDSET)).dedupe_key
    assert receipt_of(case, told(ReceiptState.ON_HANDSET)).dedupe_key == one
    assert receipt_of(case, told(ReceiptState.UNDELIVERED)).dedupe_key != one


@every
async def test_a_webhook_without_proof_of_origin_is_refused(case: Case) -> None:
    """Threat 31."""
    with pytest.raises(WebhookRefused):
        case.carrier.verify_and_parse(Webhook("POST", "https://x/receipts", {}, b"{}"))


@with_webhooks
async def test_any_change_to_a_webhook_is_refused(case: Case) -> None:
    """Threat 31: each byte of the body counts, and each header of the proof."""
    assert case.receipt is not None
    real = case.receipt(told(ReceiptState.ON_HANDSET))
    for place in range(0, len(real.body), 7):
        changed = real.body[:place] + bytes([real.body[place] ^ 1]) + real.body[place + 1 :]
        with pytest.raises(WebhookRefused):
            case.carrier.verify_and_parse(replace(real, body=changed))
    for name in real.headers:
        others = {key: value for key, value in real.headers.items() if key != name}
        with pytest.raises(WebhookRefused):
            case.carrier.verify_and_parse(replace(real, headers=others))


@with_webhooks
@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6)])
async def test_a_webhook_of_another_time_is_refused_where_the_time_is_signed(
    case: Case, off: timedelta
) -> None:
    """Threat 31. Where no time is signed, the key of a repeat is all there is."""
    assert case.receipt is not None
    real = case.receipt(told(ReceiptState.ON_HANDSET))
    CLOCK.pass_time(off)
    try:
        if case.signs_time:
            with pytest.raises(WebhookRefused):
                case.carrier.verify_and_parse(real)
        else:
            assert len(case.carrier.verify_and_parse(real)) == 1
    finally:
        CLOCK.pass_time(-off)


# What people text back


@with_inbound
async def test_a_text_from_a_phone_is_read_whole(case: Case) -> None:
    assert case.inbound is not None
    text = "¿Puedo llamar mañana? 😀 a=b&c +1 %"
    (event,) = case.carrier.verify_and_parse(case.inbound("in-1", "+12125550123", text))
    assert isinstance(event, Inbound)
    assert (event.sender, event.text) == ("+12125550123", text)
    assert "5550123" not in repr(event)


@with_inbound
async def test_a_text_passed_on_twice_has_one_key_and_two_alike_have_two(case: Case) -> None:
    assert case.inbound is not None
    keys = [
        event.dedupe_key
        for name in ("in-1", "in-1", "in-2")
        for event in case.carrier.verify_and_parse(case.inbound(name, "+12125550123", "Stop"))
    ]
    assert keys[0] == keys[1] != keys[2]
