"""Twilio as its documentation shows it: Messages resource, status callbacks, error documents."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from tests.adapters.carriers.http_gateway import Asked, Reply, gateway, hanging_up
from tests.adapters.carriers.stand_ins.case import Case, Told

from licorne.adapters.carriers.twilio import Twilio, parse_twilio
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import ReceiptState, Webhook

ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "the auth token"
EVENTS = "https://text.example.org/api/v1/carriers/twilio/events"
_STATUS = {
    ReceiptState.ACCEPTED: "sent",
    ReceiptState.ON_HANDSET: "delivered",
    ReceiptState.UNDELIVERED: "undelivered",
}
REFUSALS = {
    "21610": CarrierReason.OPTED_OUT,
    "21408": CarrierReason.GEO_BLOCKED,
    "21211": CarrierReason.BAD_NUMBER,
    "21614": CarrierReason.LANDLINE,
    "21635": CarrierReason.LANDLINE,
    "30034": CarrierReason.UNREGISTERED,
}


def signed(url: str, fields: dict[str, str], token: str = TOKEN) -> Webhook:
    """Sign as Twilio's "Security" page says: the address, then each field's name and value."""
    said = url + "".join(name + fields[name] for name in sorted(fields))
    mac = base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest())
    headers = {"x-twilio-signature": mac.decode()}
    return Webhook("POST", url, headers, urlencode(fields).encode())


def receipt(told: Told) -> Webhook:
    fields = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": "+12125550100",
        "MessageSid": told.reference,
        "MessageStatus": _STATUS[told.state],
        "SmsSid": told.reference,
        "SmsStatus": _STATUS[told.state],
        "To": "+12125550123",
    }
    if told.code is not None:
        fields["ErrorCode"] = told.code
    return signed(f"{EVENTS}?attempt={told.attempt}", fields)


def inbound(identity: str, sender: str, text: str) -> Webhook:
    fields = {
        "AccountSid": ACCOUNT,
        "Body": text,
        "From": sender,
        "FromZip": "",
        "MessageSid": identity,
        "NumMedia": "0",
        "SmsStatus": "received",
        "To": "+12125550100",
    }
    return signed(EVENTS, fields)


@asynccontextmanager
async def twilio(folder: Path) -> AsyncIterator[Case]:
    (folder / "token").write_text(f"{TOKEN}\n")
    async with gateway() as made:
        arrivals: list[tuple[str, str]] = []
        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode().lower()

        def take(asked: Asked) -> Reply:
            if asked.headers.get("authorization") != f"basic {basic}":
                return Reply(401, json.dumps({"code": 20003, "status": 401}).encode())
            if asked.method == "GET":
                assert asked.target == f"/2010-04-01/Accounts/{ACCOUNT}.json"
                return Reply(200, json.dumps({"sid": ACCOUNT, "status": "active"}).encode())
            assert asked.target == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
            fields = dict(parse_qsl(asked.body.decode(), strict_parsing=True))
            assert fields["From"] == "+12125550100"
            arrivals.append((fields["To"], fields["Body"]))
            sid = f"SM{len(arrivals):032}"
            return Reply(201, json.dumps({"sid": sid, "status": "queued"}).encode())

        def refuse(code: str) -> None:
            document = {"code": int(code), "message": "No.", "more_info": "…", "status": 400}
            made.behaviour = lambda _asked: Reply(400, json.dumps(document).encode())

        def break_off() -> None:
            made.behaviour = hanging_up

        def forget_us() -> None:
            made.behaviour = lambda _asked: Reply(401, json.dumps({"code": 20003}).encode())

        async def arrived() -> list[tuple[str, str]]:
            return arrivals

        made.behaviour = take
        settings = parse_twilio(
            "twilio",
            {
                "account_sid": ACCOUNT,
                "auth_token_file": str(folder / "token"),
                "from": "+12125550100",
                "api_url": made.url,
            },
        )
        carrier = Twilio(settings, EVENTS)
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
        )
        await carrier.close()
