import hashlib
import hmac
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.support.manual_clock import ManualClock

from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import parse_http_carrier
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import ReceiptState, Webhook, WebhookRefused

CLOCK = ManualClock()
RECEIPTS: dict[str, Any] = {
    "signature_header": "X-Signature",
    "timestamp_header": "X-Time",
    "reference": "message.id",
    "id": "message.ref",
    "status": "message.status",
    "error_code": "message.code",
    "delivered": ["delivered"],
    "failed": ["failed", "undelivered"],
}


def carrier(**changed: Any) -> GenericHttpCarrier:
    receipts = {key: value for key, value in (RECEIPTS | changed).items() if value is not None}
    receipts["secret_file"] = str(Path(__file__).parent / "receipts-secret.txt")
    table = {
        "url": "https://x/{to}/{text}",
        "reasons": {"30006": "landline"},
        "receipts": receipts,
    }
    return GenericHttpCarrier(parse_http_carrier("test", table), CLOCK)


def webhook(document: object, *, sent: str | None = None, secret: str = "shared") -> Webhook:
    body = json.dumps(document).encode()
    sent = sent or str(CLOCK.now().timestamp())
    signature = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256)
    headers = {"x-signature": signature.hexdigest(), "x-time": sent}
    return Webhook("POST", "https://x/receipts/test", headers, body)


def about(status: str, **more: Any) -> dict[str, Any]:
    return {"message": {"id": "c-1", "status": status, **more}}


def test_a_delivery_is_read() -> None:
    [receipt] = carrier().verify_and_parse(webhook(about("delivered")))
    assert receipt.state is ReceiptState.ON_HANDSET
    assert receipt.reference == "c-1"


def test_our_own_id_is_read_where_the_carrier_repeats_it() -> None:
    attempt = uuid.uuid4()
    [receipt] = carrier().verify_and_parse(webhook(about("delivered", ref=str(attempt))))
    assert receipt.attempt == attempt


def test_a_failure_has_its_reason() -> None:
    [receipt] = carrier().verify_and_parse(webhook(about("undelivered", code=30006)))
    assert (receipt.state, receipt.reason) == (ReceiptState.UNDELIVERED, CarrierReason.LANDLINE)
    [receipt] = carrier().verify_and_parse(webhook(about("failed", code="99")))
    assert receipt.reason is CarrierReason.UNREACHABLE


def test_states_in_between_say_nothing() -> None:
    assert carrier().verify_and_parse(webhook(about("queued"))) == ()


def test_the_same_receipt_twice_has_the_same_key() -> None:
    def key(document: object) -> str:
        [receipt] = carrier().verify_and_parse(webhook(document))
        return receipt.dedupe_key

    assert key(about("delivered")) == key(about("delivered"))
    assert key(about("delivered")) != key(about("failed"))


def test_several_receipts_in_one_request_are_read() -> None:
    told = {"results": [about("delivered"), about("queued"), about("failed")]}
    receipts = carrier(list="results").verify_and_parse(webhook(told))
    assert [receipt.state for receipt in receipts] == [
        ReceiptState.ON_HANDSET,
        ReceiptState.UNDELIVERED,
    ]


def refused(hook: Webhook, **changed: Any) -> str:
    with pytest.raises(WebhookRefused) as refusal:
        carrier(**changed).verify_and_parse(hook)
    return refusal.value.cause


def test_a_changed_body_is_refused() -> None:
    """Threat 31."""
    hook = webhook(about("delivered"))
    forged = Webhook(hook.method, hook.url, hook.headers, hook.body.replace(b"c-1", b"c-2"))
    assert refused(forged) == "wrong signature"


def test_another_secret_is_refused() -> None:
    assert refused(webhook(about("delivered"), secret="guess")) == "wrong signature"


def test_a_request_without_headers_is_refused() -> None:
    assert refused(Webhook("POST", "https://x/", {}, b"{}")) == "no readable time of sending"
    assert refused(Webhook("POST", "https://x/", {}, b"{}"), timestamp_header=None) == (
        "wrong signature"
    )


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_an_old_request_is_refused(off: timedelta) -> None:
    """Threat 31: five minutes."""
    sent = str((CLOCK.now() - off).timestamp())
    assert refused(webhook(about("delivered"), sent=sent)) == "older than five minutes"


@pytest.mark.parametrize("sent", ["soon", "nan", "1e400", "-1e30", ""])
def test_a_senseless_time_is_refused(sent: str) -> None:
    assert refused(webhook(about("delivered"), sent=sent or " ")) in {
        "no readable time of sending",
        "older than five minutes",
    }


def test_a_body_that_cannot_be_read_is_refused() -> None:
    def signed(body: bytes) -> Webhook:
        digest = hmac.new(b"shared", body, hashlib.sha256).hexdigest()
        return Webhook("POST", "https://x/", {"x-signature": f"sha256={digest}"}, body)

    for body in (b"", b"{", b"\xff", b"[" * 100_000):
        assert refused(signed(body), timestamp_header=None) == "the body can't be read"


def test_a_flood_is_refused() -> None:
    hook = Webhook("POST", "https://x/", {}, b"x" * 300_000)
    assert refused(hook) == "larger than a receipt"


def test_a_form_signed_with_a_shared_secret_is_read() -> None:
    body = urlencode({"MessageSid": "SM1", "MessageStatus": "delivered"}).encode()
    hook = Webhook("POST", "https://x/", {"x-signature": "shared"}, body)
    plain = carrier(
        signature="shared-secret",
        timestamp_header=None,
        format="form",
        reference="MessageSid",
        id=None,
        status="MessageStatus",
    )
    [receipt] = plain.verify_and_parse(hook)
    assert (receipt.reference, receipt.state) == ("SM1", ReceiptState.ON_HANDSET)


@pytest.mark.parametrize(
    "document", [[], "text", 7, None, {"message": []}, {"message": {"id": [], "status": {}}}]
)
def test_a_document_of_another_shape_says_nothing(document: object) -> None:
    assert carrier().verify_and_parse(webhook(document)) == ()
