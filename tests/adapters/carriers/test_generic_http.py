import json
import socket
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio
from tests.adapters.carriers.http_gateway import (
    Gateway,
    Reply,
    answering,
    gateway,
    hanging_up,
    saying_nothing,
)
from tests.support.manual_clock import ManualClock

from licorne.adapters.carriers.generic_http import GenericHttpCarrier
from licorne.adapters.carriers.http_settings import CarrierSettingsWrong, parse_http_carrier
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import Accepted, Answer, Outbound, Rejected, Unknown

CLOCK = ManualClock()
BODY: dict[str, Any] = {"json": {"to": "{to}", "text": "{text}", "ref": "{id}"}}


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Gateway]:
    async with gateway() as made:
        yield made


def message(text: str = "hello") -> Outbound:
    return Outbound(uuid.uuid4(), PhoneNumber.from_e164("+12125550123"), text, CLOCK.now())


async def send(server: Gateway, text: str = "hello", **settings: Any) -> Answer:
    table = {"url": f"{server.url}/send", **settings}
    if not {"json", "form"} & settings.keys() and "{text}" not in table["url"]:
        table |= BODY
    carrier = GenericHttpCarrier(parse_http_carrier("test", table), CLOCK)
    try:
        return await carrier.send(message(text))
    finally:
        await carrier.close()


# What is asked


async def test_json_is_filled_leaf_by_leaf(server: Gateway) -> None:
    await send(
        server,
        '", "to": "+1900',
        json={"messages": [{"destinations": [{"to": "{to_digits}"}], "body": "{text}", "n": 1}]},
    )
    assert json.loads(server.asked[0].body) == {
        "messages": [{"destinations": [{"to": "12125550123"}], "body": '", "to": "+1900', "n": 1}]
    }


async def test_a_form_is_encoded(server: Gateway) -> None:
    await send(server, "a&to=+1900=é", form={"To": "{to}", "Body": "{text}"})
    assert parse_qs(server.asked[0].body.decode()) == {
        "To": ["+12125550123"],
        "Body": ["a&to=+1900=é"],
    }


async def test_placeholders_in_the_address_are_escaped(server: Gateway) -> None:
    await send(server, "a b&c=d#e", url=f"{server.url}/send?to={{to}}&text={{text}}", method="get")
    asked = server.asked[0]
    assert asked.method == "GET"
    assert parse_qs(urlsplit(asked.target).query) == {"to": ["+12125550123"], "text": ["a b&c=d#e"]}


async def test_headers_are_sent_and_a_text_cannot_add_one(server: Gateway) -> None:
    await send(server, "a\r\nx-evil: 1", headers={"Authorization": "Bearer s", "X-Text": "{text}"})
    headers = server.asked[0].headers
    assert headers["authorization"] == "bearer s"
    assert "x-evil" not in headers


# What the answers mean


async def test_success_gives_the_carriers_reference(server: Gateway) -> None:
    server.behaviour = answering(202, {"messages": [{"id": 17}]})
    assert await send(server, reference="messages.0.id") == Accepted("17")


async def test_success_without_a_reference_is_success(server: Gateway) -> None:
    server.behaviour = lambda _asked: Reply(200, b"OK")
    assert await send(server, reference="id") == Accepted(None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_a_sure_and_temporary_no(server: Gateway, status: int) -> None:
    server.behaviour = answering(status, {})
    assert await send(server) == Rejected(CarrierReason.CARRIER_DOWN, f"http_{status}")


async def test_an_operator_may_call_a_status_unknown(server: Gateway) -> None:
    server.behaviour = answering(504, {})
    assert await send(server, unknown_statuses=[504]) == Unknown("http_504")


async def test_the_carriers_codes_become_reasons(server: Gateway) -> None:
    server.behaviour = answering(400, {"error": {"code": 30006}})
    answer = await send(server, error_code="error.code", reasons={"30006": "landline"})
    assert answer == Rejected(CarrierReason.LANDLINE, "30006")


async def test_an_error_code_under_status_200_is_a_no(server: Gateway) -> None:
    server.behaviour = answering(200, {"status": "9"})
    answer = await send(
        server, error_code="status", accepted_codes=["0"], reasons={"9": "opted_out"}
    )
    assert answer == Rejected(CarrierReason.OPTED_OUT, "9")
    server.behaviour = answering(200, {"status": "0"})
    assert await send(server, error_code="status", accepted_codes=["0"]) == Accepted(None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, CarrierReason.THROTTLED),
        (401, CarrierReason.CARRIER_SETTINGS),
        (403, CarrierReason.CARRIER_SETTINGS),
        (400, CarrierReason.UNKNOWN),
        (302, CarrierReason.CARRIER_DOWN),
    ],
)
async def test_statuses_have_a_meaning_of_their_own(
    server: Gateway, status: int, reason: CarrierReason
) -> None:
    server.behaviour = answering(status, {})
    assert await send(server) == Rejected(reason, f"http_{status}")


async def test_a_redirect_is_not_followed(server: Gateway) -> None:
    """Threat 32: where texts go is the operator's to say."""
    server.behaviour = lambda _asked: Reply(302, b"")
    await send(server)
    assert len(server.asked) == 1


async def test_nobody_listening_is_a_sure_no() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = await send(Gateway(f"http://127.0.0.1:{port}"))
    assert answer == Rejected(CarrierReason.CARRIER_DOWN, "ConnectError")


async def test_a_connection_that_breaks_after_the_request_is_unknown(server: Gateway) -> None:
    server.behaviour = hanging_up
    assert isinstance(await send(server), Unknown)


async def test_no_answer_within_the_deadline_is_unknown(server: Gateway) -> None:
    server.behaviour = saying_nothing
    assert isinstance(await send(server, timeout=0.2), Unknown)


async def test_a_flood_of_an_answer_is_read_to_a_limit(server: Gateway) -> None:
    server.behaviour = lambda _asked: Reply(200, b"x" * 10_000_000)
    assert await send(server, reference="id") == Accepted(None)


# What the operator may write


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({}, "url"),
        ({"url": "ftp://x/{to}{text}"}, "url"),
        ({"url": "https://x/", "json": {"to": "{to}"}}, "{text}"),
        ({"url": "https://x/", "json": {"a": "{text}"}}, "{to}"),
        ({"url": "https://x/", "json": {"a": "{to}{text}{name}"}}, "{name}"),
        ({"url": "https://x/", "json": {"a": "{to.__class__}{text}{to}"}}, "{to.__class__}"),
        ({"url": "https://x/", "json": {"a": "{to}{text}{"}}, "lone"),
        ({"url": "https://x/{to}{text}", "reasons": {"1": "bogus"}}, "reasons"),
        ({"url": "https://x/{to}{text}", "colour": "red"}, "colour"),
        ({"url": "https://x/{to}{text}", "timeout": 900}, "timeout"),
        ({"url": "https://x/{to}{text}", "json": {}, "form": {}}, "both"),
        ({"url": "https://x/{to}{text}", "receipts": {"secret_file": "s"}}, "receipts"),
        ({"url": "https://x/{to}{text}", "secret_files": {"a": "/nowhere"}}, "/nowhere"),
        ({"url": "https://x/{to}{text}", "secret_files": {"to": "/dev/null"}}, "taken"),
        ({"url": "https://x/{to}{text}", "secret_files": {"a": "/dev/null"}}, "empty"),
        ({"url": "https://x/{to}{text}", "idempotent": "yes"}, "idempotent"),
    ],
)
def test_wrong_settings_are_told_in_a_sentence(table: dict[str, Any], word: str) -> None:
    with pytest.raises(CarrierSettingsWrong) as refused:
        parse_http_carrier("main", table)
    assert "carrier main" in refused.value.sentence
    assert word in refused.value.sentence


async def test_secrets_come_from_files(server: Gateway, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    await send(
        server,
        secret_files={"token": str(tmp_path / "token")},
        headers={"Authorization": "Bearer {token}"},
        form={"to": "{to}", "text": "{text}", "key": "{token}"},
    )
    assert server.asked[0].headers["authorization"] == "bearer s3cret"
    assert parse_qs(server.asked[0].body.decode())["key"] == ["s3cret"]


def test_secrets_in_settings_do_not_show_in_their_repr(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret-1")
    settings = parse_http_carrier(
        "main",
        {
            "url": "https://key:pass-1@x/{to}",
            "headers": {"Authorization": "Bearer token-1"},
            "form": {"text": "{text}", "password": "pass-2"},
            "receipts": {
                "secret_file": str(tmp_path / "secret"),
                "signature_header": "X-Sign",
                "status": "s",
                "reference": "id",
            },
        },
    )
    shown = repr(settings)
    assert not [word for word in ("pass-1", "token-1", "pass-2", "secret-1") if word in shown]
