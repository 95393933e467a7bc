import stat
import uuid
from datetime import timedelta
from pathlib import Path

from tests.support.manual_clock import ManualClock

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.ports.sms_carrier import Outbound

ANY_TIME = ManualClock().now()


def text_to(number: str, text: str = "hello") -> Outbound:
    return Outbound(uuid.uuid4(), PhoneNumber.from_e164(number), text, ANY_TIME)


async def test_texts_survive_a_restart_in_their_order(tmp_path: Path) -> None:
    clock = ManualClock()
    phone = DemoPhone(tmp_path, clock)
    for word in ("first", "second", "third"):
        clock.pass_time(timedelta(seconds=1))
        await phone.send(text_to("+12125550123", word))

    again = DemoPhone(tmp_path, clock)

    assert [text.text for text in again.read()] == ["first", "second", "third"]


async def test_it_takes_numbers_that_nobody_can_have(tmp_path: Path) -> None:
    phone = DemoPhone(tmp_path, ManualClock())
    await phone.send(text_to("+12114367789"))
    assert [text.to for text in phone.read()] == ["+12114367789"]


async def test_a_half_written_text_is_never_seen_and_spoils_no_other(tmp_path: Path) -> None:
    phone = DemoPhone(tmp_path, ManualClock())
    with (tmp_path / "texts.jsonl").open("a") as file:
        file.write('{"id": "a half written')
    assert phone.read() == ()
    await phone.send(text_to("+12125550123", "after it"))
    assert [text.text for text in phone.read()] == ["after it"]


async def test_a_repeated_request_is_the_same_text(tmp_path: Path) -> None:
    clock = ManualClock()
    phone = DemoPhone(tmp_path, clock)
    message = text_to("+12125550123")
    await phone.send(message)
    clock.pass_time(timedelta(seconds=5))
    await DemoPhone(tmp_path, clock).send(message)
    [text] = phone.read()
    assert text.at == ANY_TIME


async def test_its_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "demo-phone"
    phone = DemoPhone(folder, ManualClock())
    await phone.send(text_to("+12125550123"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())


async def test_the_stamp_changes_when_a_text_comes(tmp_path: Path) -> None:
    phone = DemoPhone(tmp_path, ManualClock())
    before = phone.stamp()
    await phone.send(text_to("+12125550123"))
    assert phone.stamp() != before
    assert phone.stamp() == phone.stamp()


async def test_two_processes_may_write_to_one_phone(tmp_path: Path) -> None:
    one, other = DemoPhone(tmp_path, ManualClock()), DemoPhone(tmp_path, ManualClock())
    await one.send(text_to("+12125550123", "from one"))
    await other.send(text_to("+12125550123", "from the other"))
    assert {text.text for text in one.read()} == {"from one", "from the other"}
