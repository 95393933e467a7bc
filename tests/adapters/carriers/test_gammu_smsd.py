"""The modem's daemon itself, on a simulated modem: a text goes out, and one comes in."""

import asyncio
import shutil
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.adapters.carriers.stand_ins.case import outbound
from tests.adapters.carriers.stand_ins.gammu_smsd import FOLDERS, in_folders, texts_in

from licorne.adapters.carriers.gammu_smsd import GammuSmsd
from licorne.adapters.system import SystemClock
from licorne.application.sending.carriers import Carriers
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import (
    CarrierCheckFailed,
    Event,
    Inbound,
    Receipt,
    ReceiptState,
    Rejected,
)
from licorne.wiring.listening_carriers import listening

WORDS = "Stop, José 😀 please"


class LaterClock(SystemClock):
    """A minute ahead, so that files are at rest."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[Path]:
    """Run the daemon on a modem that is a folder."""
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    for number in range(1, 6):
        (tmp_path / "modem" / "sms" / str(number)).mkdir(parents=True)
    phone = f"[gammu]\ndevice={tmp_path}/modem\nconnection=none\nmodel=dummy\n"
    (tmp_path / "phone.rc").write_text(phone)
    folders = "".join(
        f"{key}path={tmp_path}/{folder}/\n"
        for key, folder in (("inbox", "inbox"), ("outbox", "outbox"), ("sentsms", "sent"),
                            ("errorsms", "error"))
    )  # fmt: skip
    (tmp_path / "smsd.rc").write_text(
        f"{phone}[smsd]\nservice=files\nloopsleep=1\nchecksecurity=0\ncheckbattery=0\n"
        f"checknetwork=0\nreceivefrequency=1\n{folders}inboxformat=unicode\ntransmitformat=auto\n"
    )
    subprocess.run(
        ["gammu", "-c", tmp_path / "phone.rc", "savesms", "TEXT", "-folder", "1", "-unread",
         "-sender", "+12125550123", "-unicode"],
        input=WORDS.encode(), check=True, capture_output=True,
    )  # fmt: skip
    daemon = subprocess.Popen(
        ["gammu-smsd", "-c", tmp_path / "smsd.rc"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield tmp_path
    daemon.terminate()
    daemon.wait(30)


@asynccontextmanager
async def heard(carrier: GammuSmsd) -> AsyncIterator[asyncio.Queue[Event]]:
    events: asyncio.Queue[Event] = asyncio.Queue()

    async def take(name: str, event: Event) -> None:
        assert name == "modem"
        await events.put(event)

    async with listening(Carriers({"modem": carrier}, ("modem",)), take, pause=0.05):
        yield events


async def test_the_real_daemon_sends_our_text_and_passes_on_what_comes_in(modem: Path) -> None:
    carrier = in_folders(modem, LaterClock())
    message = outbound("José’s 😀 €\nsecond line")
    await carrier.send(message)
    async with heard(carrier) as events, asyncio.timeout(60):
        event = await events.get()
        while not texts_in(modem / "sent") or list((modem / "inbox").iterdir()):
            await asyncio.sleep(0.1)  # sent, and removed once it was taken
    assert isinstance(event, Inbound)
    assert (event.sender, event.text) == ("+12125550123", WORDS)
    assert texts_in(modem / "sent") == [("+12125550123", message.text)]
    receipt = await carrier.reconcile(message.id)
    assert receipt is not None
    assert receipt.state is ReceiptState.ACCEPTED


async def test_a_text_that_could_not_be_committed_stays_and_is_passed_on_again(
    tmp_path: Path,
) -> None:
    carrier = in_folders(tmp_path, LaterClock())
    for part, words in enumerate(("Sto", "p")):
        path = tmp_path / "inbox" / f"IN20261124_134904_00_+12125550123_{part:02}.txt"
        path.write_bytes(b"\xfe\xff" + words.encode("utf-16-be") + b"\0\0")
    tries: list[Event] = []
    taken = asyncio.Event()

    async def take(_name: str, event: Event) -> None:
        tries.append(event)
        if len(tries) == 1:
            raise ConnectionError("the database is down")
        taken.set()

    async with listening(Carriers({"modem": carrier}, ("modem",)), take, pause=0.05):
        await asyncio.wait_for(taken.wait(), 30)
    first, second = tries
    assert isinstance(first, Inbound)
    assert isinstance(second, Inbound)
    assert first.dedupe_key == second.dedupe_key
    assert second.text == "Stop"


async def test_a_text_that_the_modem_gave_up_is_a_receipt(tmp_path: Path) -> None:
    carrier = in_folders(tmp_path, LaterClock())
    message = outbound()
    await carrier.send(message)
    (path,) = (tmp_path / "outbox").glob("OUT*")
    path.rename(tmp_path / "error" / path.name)
    async with heard(carrier) as events:
        receipt = await asyncio.wait_for(events.get(), 30)
    assert isinstance(receipt, Receipt)
    assert (receipt.attempt, receipt.state) == (message.id, ReceiptState.UNDELIVERED)


async def test_a_folder_that_is_gone_takes_nothing_and_is_told(tmp_path: Path) -> None:
    carrier = in_folders(tmp_path, LaterClock())
    await carrier.check()
    shutil.rmtree(tmp_path / "outbox")
    answer = await carrier.send(outbound())
    assert isinstance(answer, Rejected)
    assert answer.reason is CarrierReason.CARRIER_DOWN
    assert await carrier.reconcile(uuid.uuid4()) is None
    with pytest.raises(CarrierCheckFailed, match="outbox"):
        await carrier.check()
