"""SMPP against an SMSC of another maker: what it answers, doesn't answer, tells, and who it is."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from tests.adapters.carriers.stand_ins.case import outbound
from tests.adapters.carriers.stand_ins.smpp import bound, carrier_to, smsc

from licorne.adapters.carriers.settings_table import CarrierSettingsWrong
from licorne.adapters.carriers.smpp import parse_smpp
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    Accepted,
    CarrierCheckFailed,
    Event,
    Inbound,
    Receipt,
    ReceiptState,
    Rejected,
    Unknown,
)


async def test_no_submit_response_is_unknown_at_the_deadline_and_nothing_is_sent_again(
    tmp_path: Path,
) -> None:
    async with smsc() as made:
        carrier = carrier_to(made, tmp_path)
        async with bound(made, carrier):
            await made.do(mode="silent")
            assert await carrier.send(outbound()) == Unknown("deadline")
            await made.do(mode="ok")
            assert isinstance(await carrier.send(outbound("the next")), Accepted)
    assert len(made.submitted) == 2


async def test_a_connection_that_ends_leaves_a_doubt_and_is_made_anew(tmp_path: Path) -> None:
    async with smsc() as made:
        carrier = carrier_to(made, tmp_path, timeout=10)
        async with bound(made, carrier):
            await made.do(mode="drop")
            assert isinstance(await carrier.send(outbound()), Unknown)
            await made.do(mode="ok")
            await made.hears("bound")
            assert isinstance(await carrier.send(outbound("the next")), Accepted)
    assert len(made.submitted) == 2


async def test_a_refusal_has_our_reason_and_a_server_that_is_away_took_nothing(
    tmp_path: Path,
) -> None:
    async with smsc() as made:
        carrier = carrier_to(made, tmp_path)
        async with bound(made, carrier):
            for status, reason in (
                (0x0B, CarrierReason.BAD_NUMBER),
                (0x58, CarrierReason.THROTTLED),
            ):
                await made.do(refuse=status)
                assert await carrier.send(outbound()) == Rejected(reason, f"{status:#x}")
        assert await carrier.send(outbound()) == Rejected(CarrierReason.CARRIER_DOWN, "not_bound")


async def test_a_long_text_goes_in_parts_that_name_each_other(tmp_path: Path) -> None:
    async with smsc() as made:
        carrier = carrier_to(made, tmp_path, timeout=10)
        async with bound(made, carrier):
            await carrier.send(outbound("x" * 307))
            await carrier.send(outbound("😀" * 36))
    assert [len(one["text"]) for one in made.submitted] == [153, 153, 1, 33, 3]
    assert [one["udh"][-2:] for one in made.submitted] == [[3, 1], [3, 2], [3, 3], [2, 1], [2, 2]]
    assert [one["receipt"] for one in made.submitted] == [0, 0, 1, 0, 1]


@pytest.mark.parametrize("by_tlv", [True, False])
async def test_a_response_id_in_hex_is_matched_with_a_receipt_in_decimal(
    tmp_path: Path, by_tlv: bool
) -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()

    async def take(_name: str, event: Event) -> None:
        await events.put(event)

    async with smsc(hex=True) as made:
        carrier = carrier_to(made, tmp_path, response_ids="hex", timeout=10)
        async with bound(made, carrier, take):
            assert await carrier.send(outbound()) == Accepted("257")  # 101 in the response
            await made.do(receipt=257, status="UNDELIV", tlv=by_tlv)
            receipt = await asyncio.wait_for(events.get(), 30)
    assert isinstance(receipt, Receipt)
    assert (receipt.reference, receipt.state) == ("257", ReceiptState.UNDELIVERED)


async def test_a_receipt_before_the_submit_response_is_passed_on(tmp_path: Path) -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()

    async def take(_name: str, event: Event) -> None:
        await events.put(event)

    async with smsc() as made:
        carrier = carrier_to(made, tmp_path, timeout=10)
        async with bound(made, carrier, take):
            await made.do(mode="early")
            answer = await carrier.send(outbound())
            receipt = await asyncio.wait_for(events.get(), 30)
    assert isinstance(receipt, Receipt)
    assert answer == Accepted(receipt.reference)


async def test_a_stop_that_could_not_be_committed_is_not_acknowledged(tmp_path: Path) -> None:
    taken: list[Event] = []
    refused = asyncio.Event()

    async def take(_name: str, event: Event) -> None:
        taken.append(event)
        if len(taken) == 1:
            refused.set()
            raise ConnectionError("the database is down")

    async with smsc() as made:
        carrier = carrier_to(made, tmp_path, timeout=10)
        async with bound(made, carrier, take):
            await made.do(**{"text": "Stop", "from": "12125550123"})
            await asyncio.wait_for(refused.wait(), 30)
            await made.hears("bound")  # the connection was given up and made anew
            assert made.acknowledged == 0
            await made.do(**{"text": "¿Stop? 😀", "from": "12125550123"})
            await made.hears("acknowledged")
            assert made.acknowledged == 1
    assert [one.text for one in taken if isinstance(one, Inbound)] == ["Stop", "¿Stop? 😀"]
    assert all(one.sender == "+12125550123" for one in taken if isinstance(one, Inbound))


def certificate_for(name: str, folder: Path) -> dict[str, str]:
    key, cert = str(folder / "key.pem"), str(folder / "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    return {"key": key, "cert": cert}


@pytest.mark.parametrize("name", ["localhost", "smsc.example.org"])
async def test_an_smsc_certificate_for_another_host_is_not_bound_to(
    tmp_path: Path, name: str
) -> None:
    tls = certificate_for(name, tmp_path)
    async with smsc(**tls) as made:
        carrier = carrier_to(
            made, tmp_path, host="localhost", tls=True, authority_file=tls["cert"], timeout=10
        )
        if name == "localhost":
            await carrier.check()
            async with bound(made, carrier):
                assert isinstance(await carrier.send(outbound()), Accepted)
            return
        with pytest.raises(CarrierCheckFailed, match="certificate"):
            await carrier.check()
        assert made.told.empty()


async def test_a_wrong_password_is_told_and_a_distant_server_needs_tls(tmp_path: Path) -> None:
    async with smsc(password="another") as made:
        with pytest.raises(CarrierCheckFailed, match="password"):
            await carrier_to(made, tmp_path, timeout=10).check()
    with pytest.raises(CarrierSettingsWrong, match="only for a server on this machine"):
        parse_smpp("smsc", {"host": "smpp.example.net", "tls": False})
