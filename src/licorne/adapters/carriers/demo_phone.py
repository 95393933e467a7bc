"""The demo's phone: a carrier that writes every text to a file, for a page to show.

It stands in for the outside world, so it keeps its texts outside Licorne's database, a line each,
and takes every number, those too that nobody can have. A line names our id of the text, and of
several lines with one id the first counts: a repeated request is the same text. Each line is
appended by one write, so any number of processes may share the file, and once ``send`` has answered
the text survives the end of any of them. It isn't synced to the disk: a real carrier has a disk of
its own, and here every commit of the database would stand in line behind the texts.
"""

import os
import uuid
from datetime import datetime
from pathlib import Path

import msgspec

from licorne.ports.clock import Clock
from licorne.ports.demo_phone import PhoneText
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Event,
    Outbound,
    Receipt,
    ReceiptState,
    Webhook,
    WebhookRefused,
)

NAME = "demo_phone"
_TEXTS = "texts.jsonl"


class _Line(msgspec.Struct, frozen=True):
    id: uuid.UUID
    to: str
    text: str
    at: datetime


class DemoPhone:
    """Carrier and handsets in one: `SmsCarrier` for Licorne, `PhoneTexts` for the page."""

    name = NAME
    capabilities = Capabilities(live=False, idempotent_send=True, reconciles=True)

    def __init__(self, directory: Path, clock: Clock) -> None:
        """Keep texts in ``directory``, which is made if need be, for its owner alone."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = directory / _TEXTS
        self._file.touch(mode=0o600)
        self._clock = clock
        self._seen: dict[uuid.UUID, PhoneText] = {}
        self._read_to = 0

    async def send(self, message: Outbound) -> Answer:
        self._append(_Line(message.id, message.to.e164, message.text, self._clock.now()))
        return Accepted(reference=str(message.id), on_handset=True)

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        self._read_on()
        if attempt not in self._seen:
            return None
        return Receipt(
            dedupe_key=str(attempt),
            state=ReceiptState.ON_HANDSET,
            attempt=attempt,
            reference=str(attempt),
        )

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:  # noqa: ARG002 - the port's
        raise WebhookRefused("the demo's phone sends no webhooks")

    async def check(self) -> None:
        """Nothing can be wrong with it: its folder was made when it was opened."""

    def read(self) -> tuple[PhoneText, ...]:
        self._read_on()
        return tuple(sorted(self._seen.values(), key=lambda text: (text.at, text.id)))

    def stamp(self) -> int:
        return self._file.stat().st_size

    def _append(self, line: _Line) -> None:
        # The first line end closes what a full disk may have cut off.
        written = b"\n" + msgspec.json.encode(line) + b"\n"
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND)
        try:
            if os.write(descriptor, written) != len(written):
                raise OSError("the demo's phone has no room for this text")
        finally:
            os.close(descriptor)

    def _read_on(self) -> None:
        with self._file.open("rb") as file:
            file.seek(self._read_to)
            whole, end, _half = file.read().rpartition(b"\n")
        self._read_to += len(whole) + len(end)
        for line in whole.split(b"\n"):
            try:
                one = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                continue  # empty, or cut off
            self._seen.setdefault(one.id, PhoneText(one.id, one.to, one.text, one.at))
