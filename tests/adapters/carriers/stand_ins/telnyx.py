"""Telnyx as its documentation shows it: /v2/messages, idempotency keys, signed events."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.adapters.carriers.http_gateway import Asked, Reply, gateway, hanging_up
from tests.adapters.carriers.stand_ins.case import CLOCK, Case, Told

from licorne.adapters.carriers.telnyx import Telnyx, parse_telnyx
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import ReceiptState, Webhook

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
EVENTS = "https://text.example.org/api/v1/carriers/telnyx/events"
_STATUS = {
    ReceiptState.ACCEPTED: ("message.sent", "sent"),
    ReceiptState.ON_HANDSET: ("message.finalized", "delivered"),
    ReceiptState.UNDELIVERED: ("message.finalized", "delivery_failed"),
}
REFUSALS = {
    "40300": CarrierReason.OPTED_OUT,
    "40001": CarrierReason.LANDLINE,
    "40002": CarrierReason.FILTERED,
    "40003": CarrierReason.FILTERED,
    "40006": CarrierReason.THROTTLED,
}


def signed(document: object, key: Ed25519PrivateKey = KEY) -> Webhook:
    body = json.dumps(document).encode()
    sent = str(int(CLOCK.now().timestamp()))
    signature = base64.b64encode(key.sign(sent.encode() + b"|" + body)).decode()
    headers = {"telnyx-timestamp": sent, "telnyx-signature-ed25519": signature}
    return Webhook("POST", EVENTS, headers, body)


def _event(kind: str, payload: dict[str, object]) -> dict[str, object]:
    data = {"event_type": kind, "id": "4ee8c3a6", "payload": payload, "record_type": "event"}
    return {"data": data, "meta": {"attempt": 1, "delivered_to": EVENTS}}


def receipt(told: Told) -> Webhook:
    kind, status = _STATUS[told.state]
    payload: dict[str, object] = {
        "direction": "outbound",
        "id": told.reference,
        "to": [{"phone_number": "+12125550123", "status": status}],
        "tags": [str(told.attempt)],
        "errors": [] if told.code is None else [{"code": told.code, "title": "…"}],
    }
    return signed(_event(kind, payload))


def inbound(identity: str, sender: str, text: str) -> Webhook:
    payload: dict[str, object] = {
        "direction": "inbound",
        "id": identity,
        "from": {"phone_number": sender},
        "to": [{"phone_number": "+12125550100", "status": "webhook_delivered"}],
        "text": text,
        "tags": [],
    }
    return signed(_event("message.received", payload))


@asynccontextmanager
async def telnyx(folder: Path) -> AsyncIterator[Case]:
    (folder / "key").write_text("KEY0123\n")
    async with gateway() as made:
        arrivals: list[tuple[str, str]] = []
        references: dict[str, str] = {}

        def take(asked: Asked) -> Reply:
            if asked.headers.get("authorization") != "bearer key0123":
                return Reply(401, json.dumps({"errors": [{"code": "10009"}]}).encode())
            if asked.method == "GET":
                return Reply(200, json.dumps({"data": []}).encode())
            assert asked.target == "/v2/messages"
            told = json.loads(asked.body)
            key = asked.headers["idempotency-key"]
            if key not in references:
                references[key] = f"t-{len(references)}"
                arrivals.append((told["to"], told["text"]))
            return Reply(200, json.dumps({"data": {"id": references[key]}}).encode())

        def refuse(code: str) -> None:
            document = {"errors": [{"code": code, "title": "No", "detail": "…"}]}
            made.behaviour = lambda _asked: Reply(422, json.dumps(document).encode())

        def break_off() -> None:
            made.behaviour = hanging_up

        def forget_us() -> None:
            document = {"errors": [{"code": "10009"}]}
            made.behaviour = lambda _asked: Reply(401, json.dumps(document).encode())

        async def arrived() -> list[tuple[str, str]]:
            return arrivals

        made.behaviour = take
        public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
        settings = parse_telnyx(
            "telnyx",
            {
                "api_key_file": str(folder / "key"),
                "public_key": public,
                "from": "+12125550100",
                "api_url": made.url,
            },
        )
        carrier = Telnyx(settings, EVENTS, CLOCK)
        yield Case(
            carrier,
            arrived,
            refusals=REFUSALS,
            refuse=refuse,
            break_off=break_off,
            go_away=made.stop,
            forget_us=forget_us,
            receipt=receipt,
            inbound=inbound,
            signs_time=True,
        )
        await carrier.close()
