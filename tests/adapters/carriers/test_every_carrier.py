"""The contract of `SmsCarrier`: what holds for each adapter, run against the real thing."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from tests.adapters.carriers.http_gateway import Asked, Gateway, Reply, gateway
from tests.support.manual_clock import ManualClock

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import parse_http_carrier
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.ports.sms_carrier import (
    Accepted,
    Outbound,
    ReceiptState,
    SmsCarrier,
    Webhook,
    WebhookRefused,
)

CLOCK = ManualClock()


@dataclass
class Case:
    carrier: SmsCarrier
    arrived: Callable[[], Awaitable[list[tuple[str, str]]]]  # what phones got: number, text


def outbound(text: str = "Elm Street: https://x/m/abc", to: str = "+12125550123") -> Outbound:
    return Outbound(uuid.uuid4(), PhoneNumber.from_e164(to), text, CLOCK.now() + timedelta(days=1))


def deliver_once_per_id(made: Gateway, arrivals: list[tuple[str, str]]) -> None:
    """Behave as a carrier that knows a repeated request by our id."""

    def behave(asked: Asked) -> Reply:
        told = json.loads(asked.body)
        if told["ref"] not in made.texts:
            made.texts[told["ref"]] = told["text"]
            arrivals.append((told["to"], told["text"]))
        return Reply(200, json.dumps({"message": {"id": f"c-{told['ref']}"}}).encode())

    made.behaviour = behave


@pytest_asyncio.fixture(params=["demo_phone", "generic_http"])
async def case(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Case]:
    if request.param == "demo_phone":
        phone = DemoPhone(tmp_path / "phone", CLOCK)

        async def on_phone() -> list[tuple[str, str]]:
            return [(text.to, text.text) for text in phone.read()]

        yield Case(phone, on_phone)
        return
    arrivals: list[tuple[str, str]] = []
    async with gateway() as made:
        deliver_once_per_id(made, arrivals)
        settings = parse_http_carrier(
            "generic",
            {
                "url": f"{made.url}/send",
                "json": {"to": "{to}", "text": "{text}", "ref": "{id}"},
                "reference": "message.id",
                "idempotent": True,
            },
        )
        carrier = GenericHttpCarrier(settings, CLOCK)

        async def at_gateway() -> list[tuple[str, str]]:
            return arrivals

        yield Case(carrier, at_gateway)
        await carrier.close()


async def test_an_accepted_text_arrives_whole(case: Case) -> None:
    text = 'José’s 😀 {id} "quoted" \\ <b>\nsecond line & more €'
    answer = await case.carrier.send(outbound(text))
    assert isinstance(answer, Accepted)
    assert await case.arrived() == [("+12125550123", text)]


async def test_two_texts_have_two_references(case: Case) -> None:
    answers = [await case.carrier.send(outbound()) for _ in range(2)]
    references = {answer.reference for answer in answers if isinstance(answer, Accepted)}
    assert len(references) == 2


async def test_an_idempotent_carrier_delivers_a_repeated_id_once(case: Case) -> None:
    assert case.carrier.capabilities.idempotent_send
    message = outbound()
    first = await case.carrier.send(message)
    second = await case.carrier.send(message)
    assert first == second
    assert len(await case.arrived()) == 1


async def test_many_texts_at_once_all_arrive(case: Case) -> None:
    messages = [outbound(f"text {number}") for number in range(40)]
    answers = await asyncio.gather(*(case.carrier.send(message) for message in messages))
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert sorted(text for _, text in await case.arrived()) == sorted(
        message.text for message in messages
    )


async def test_what_it_says_about_reconciling_is_true(case: Case) -> None:
    message = outbound()
    assert await case.carrier.reconcile(message.id) is None
    await case.carrier.send(message)
    receipt = await case.carrier.reconcile(message.id)
    if case.carrier.capabilities.reconciles:
        assert receipt is not None
        assert receipt.attempt == message.id
        assert receipt.state is ReceiptState.ON_HANDSET
    else:
        assert receipt is None


async def test_a_webhook_without_proof_of_origin_is_refused(case: Case) -> None:
    """Threat 31."""
    with pytest.raises(WebhookRefused):
        case.carrier.verify_and_parse(Webhook("POST", "https://x/receipts", {}, b"{}"))


async def test_neither_number_nor_text_shows_in_a_repr(case: Case) -> None:
    message = outbound("secret words")
    shown = repr(message) + repr(await case.carrier.send(message)) + repr(case.carrier)
    assert "secret" not in shown
    assert "5550123" not in shown
