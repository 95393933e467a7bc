"""The Android app's server as its documentation shows it: messages by id, webhooks per event."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.carriers.http_gateway import Asked, Reply, gateway, hanging_up
from tests.adapters.carriers.stand_ins.case import CLOCK, Case, Told

from licorne.adapters.carriers.sms_gate import SmsGate, parse_sms_gate
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import ReceiptState, Webhook

USER, PASSWORD, KEY = "AB1CDE", "the password", "the signing key"
EVENTS = "https://text.example.org/api/v1/carriers/phone/events"
_EVENT = {
    ReceiptState.ACCEPTED: "sms:sent",
    ReceiptState.ON_HANDSET: "sms:delivered",
    ReceiptState.UNDELIVERED: "sms:failed",
}


def signed(event: str, payload: dict[str, object]) -> Webhook:
    document = {"deviceId": "ffff", "event": event, "id": "Ey6E", "payload": payload}
    body = json.dumps(document | {"webhookId": "LreF"}).encode()
    sent = str(int(CLOCK.now().timestamp()))
    mac = hmac.new(KEY.encode(), body + sent.encode(), hashlib.sha256).hexdigest()
    return Webhook("POST", EVENTS, {"x-signature": mac, "x-timestamp": sent}, body)


def receipt(told: Told) -> Webhook:
    payload: dict[str, object] = {
        "messageId": str(told.attempt),
        "phoneNumber": "+12125550123",
        "simNumber": 1,
        "sentAt": "2026-11-20T15:46:11.000+07:00",
    }
    if told.code is not None:
        payload["reason"] = told.code
    return signed(_EVENT[told.state], payload)


def inbound(identity: str, sender: str, text: str) -> Webhook:
    """Tell apart by the time of arrival: the app's own name for a text isn't unique."""
    payload: dict[str, object] = {
        "messageId": "abc123",
        "message": text,
        "phoneNumber": sender,
        "simNumber": 1,
        "receivedAt": f"2026-11-20T15:46:{len(identity):02}.{sum(identity.encode()):04}+07:00",
    }
    return signed("sms:received", payload)


@asynccontextmanager
async def sms_gate(folder: Path) -> AsyncIterator[Case]:
    (folder / "password").write_text(f"{PASSWORD}\n")
    (folder / "key").write_text(f"{KEY}\n")
    async with gateway() as made:
        arrivals: list[tuple[str, str]] = []
        basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode().lower()

        def take(asked: Asked) -> Reply:
            if asked.headers.get("authorization") != f"basic {basic}":
                return Reply(401, b"{}")
            if asked.method == "GET" and "?" in asked.target:
                return Reply(200, b"[]")
            if asked.method == "GET":
                identity = asked.target.rpartition("/")[2]
                if identity not in made.texts:
                    return Reply(404, b"{}")
                return Reply(200, json.dumps({"id": identity, "state": "Delivered"}).encode())
            told = json.loads(asked.body)
            if told["id"] in made.texts:
                return Reply(409, b"{}")
            assert told["ttl"] > 0
            made.texts[told["id"]] = told["textMessage"]["text"]
            arrivals.append((told["phoneNumbers"][0], told["textMessage"]["text"]))
            return Reply(202, json.dumps({"id": told["id"], "state": "Pending"}).encode())

        def answer(status: int) -> None:
            made.behaviour = lambda _asked: Reply(status, b"{}")

        def refuse(code: str) -> None:
            answer(int(code.removeprefix("http_")))

        def break_off() -> None:
            made.behaviour = hanging_up

        async def arrived() -> list[tuple[str, str]]:
            return arrivals

        made.behaviour = take
        settings = parse_sms_gate(
            "phone",
            {
                "user": USER,
                "password_file": str(folder / "password"),
                "signing_key_file": str(folder / "key"),
                "api_url": made.url,
            },
        )
        carrier = SmsGate(settings, CLOCK)
        yield Case(
            carrier,
            arrived,
            refusals={
                "http_400": CarrierReason.UNKNOWN,
                "http_403": CarrierReason.CARRIER_SETTINGS,
                "http_429": CarrierReason.THROTTLED,
            },
            failures={"RESULT_ERROR_NO_SERVICE": CarrierReason.CARRIER_DOWN},
            knows_repeats=True,
            refuse=refuse,
            break_off=break_off,
            go_away=made.stop,
            forget_us=lambda: answer(401),
            receipt=receipt,
            inbound=inbound,
            signs_time=True,
        )
        await carrier.close()
