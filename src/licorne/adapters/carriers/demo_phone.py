"""The demo's phone: a carrier that delivers every text into a folder, for a page to show.

It stands in for the outside world, so it keeps its texts outside Licorne's database, one file a
text, and takes every number, those too that nobody can have. A file's name is our id of the text,
so a repeated request is the same text; once ``send`` has answered, the text survives the end of
any process. It isn't synced to the disk: a real carrier has a disk of its own, and here every
commit of the database would stand in line behind the texts.
"""

import asyncio
import os
import tempfile
import uuid
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from licorne.ports.clock import Clock
from licorne.ports.demo_phone import PhoneText
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Outbound,
    Receipt,
    ReceiptState,
    Webhook,
    WebhookRefused,
)

NAME = "demo_phone"
_SUFFIX = ".json"


class _Stored(msgspec.Struct, frozen=True):
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
        self._directory = directory
        self._clock = clock
        self._seen: dict[str, PhoneText] = {}

    async def send(self, message: Outbound) -> Answer:
        await asyncio.to_thread(self._deliver, message)
        return Accepted(reference=str(message.id), on_handset=True)

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        if not await asyncio.to_thread(self._path(attempt).exists):
            return None
        return Receipt(
            dedupe_key=str(attempt),
            state=ReceiptState.ON_HANDSET,
            attempt=attempt,
            reference=str(attempt),
        )

    def verify_and_parse(self, webhook: Webhook) -> tuple[Receipt, ...]:  # noqa: ARG002 - the port's
        raise WebhookRefused("the demo's phone sends no webhooks")

    def read(self) -> tuple[PhoneText, ...]:
        with os.scandir(self._directory) as entries:
            names = {entry.name for entry in entries if entry.name.endswith(_SUFFIX)}
        for gone in self._seen.keys() - names:
            del self._seen[gone]
        for name in names - self._seen.keys():
            self._seen[name] = self._read_one(name)
        return tuple(sorted(self._seen.values(), key=lambda text: (text.at, text.id)))

    def stamp(self) -> int:
        return self._directory.stat().st_mtime_ns

    def _read_one(self, name: str) -> PhoneText:
        stored = msgspec.json.decode((self._directory / name).read_bytes(), type=_Stored)
        return PhoneText(uuid.UUID(name.removesuffix(_SUFFIX)), stored.to, stored.text, stored.at)

    def _path(self, identity: uuid.UUID) -> Path:
        return self._directory / f"{identity}{_SUFFIX}"

    def _deliver(self, message: Outbound) -> None:
        """Write, then link to its name; a name that exists keeps its text."""
        stored = _Stored(message.to.e164, message.text, self._clock.now())
        descriptor, draft = tempfile.mkstemp(dir=self._directory, prefix=".")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(stored))
            with suppress(FileExistsError):
                os.link(draft, self._path(message.id))
        finally:
            Path(draft).unlink()
