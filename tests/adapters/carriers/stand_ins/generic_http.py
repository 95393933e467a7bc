"""A carrier that knows a repeated request by our id and tells with a signature."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.adapters.carriers.http_gateway import Asked, Reply, gateway, hanging_up
from tests.adapters.carriers.stand_ins.case import CLOCK, Case, Told

from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import parse_http_carrier
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import ReceiptState, Webhook

_STATUS = {ReceiptState.ON_HANDSET: "delivered", ReceiptState.UNDELIVERED: "failed"}


@asynccontextmanager
async def generic_http(folder: Path) -> AsyncIterator[Case]:
    (folder / "secret").write_text("shared\n")
    async with gateway() as made:
        arrivals: list[tuple[str, str]] = []

        def take(asked: Asked) -> Reply:
            if asked.method == "GET":
                return Reply(404, b"")
            told = json.loads(asked.body)
            if told["ref"] not in made.texts:
                made.texts[told["ref"]] = told["text"]
                arrivals.append((told["to"], told["text"]))
            return Reply(200, json.dumps({"message": {"id": f"c-{told['ref']}"}}).encode())

        made.behaviour = take
        settings = parse_http_carrier(
            "generic",
            {
                "url": f"{made.url}/send",
                "json": {"to": "{to}", "text": "{text}", "ref": "{id}"},
                "reference": "message.id",
                "idempotent": True,
                "error_code": "error",
                "reasons": {"9": "opted_out", "6": "landline"},
                "receipts": {
                    "secret_file": str(folder / "secret"),
                    "signature_header": "X-Signature",
                    "timestamp_header": "X-Time",
                    "reference": "id",
                    "id": "ref",
                    "status": "status",
                    "error_code": "code",
                    "delivered": ["delivered"],
                    "failed": ["failed"],
                },
            },
        )
        carrier = GenericHttpCarrier(settings, CLOCK)

        def refuse(code: str) -> None:
            made.behaviour = lambda _asked: Reply(400, json.dumps({"error": code}).encode())

        def break_off() -> None:
            made.behaviour = hanging_up

        def receipt(told: Told) -> Webhook:
            status = _STATUS.get(told.state, "queued")
            document = {"id": told.reference, "ref": str(told.attempt), "status": status}
            body = json.dumps(document | {"code": told.code}).encode()
            sent = str(CLOCK.now().timestamp())
            mac = hmac.new(b"shared", sent.encode() + b"." + body, hashlib.sha256).hexdigest()
            return Webhook("POST", "https://x/e", {"x-signature": mac, "x-time": sent}, body)

        async def arrived() -> list[tuple[str, str]]:
            return arrivals

        yield Case(
            carrier,
            arrived,
            refusals={"9": CarrierReason.OPTED_OUT, "6": CarrierReason.LANDLINE},
            refuse=refuse,
            break_off=break_off,
            go_away=made.stop,
            receipt=receipt,
            signs_time=True,
        )
        await carrier.close()
