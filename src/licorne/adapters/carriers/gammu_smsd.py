"""gammu-smsd's folders: one's own modem as a carrier (its FILES service).

A text is a file in the outbox, put there whole by renaming; the daemon moves it to the sent or the
error folder under the same name, which carries our id. What comes in are files in the inbox, one
for each part of a text; they are removed once they are committed.

Source: gammu-smsd-files(7). A file that begins with a byte order mark is read as UTF-16.
"""

import asyncio
import contextlib
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from licorne.adapters.carriers.settings_table import Json, SettingsTable
from licorne.adapters.carriers.webhook_proof import dedupe_key
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    CarrierCheckFailed,
    Event,
    Inbound,
    Outbound,
    Receipt,
    ReceiptState,
    Rejected,
    Webhook,
    WebhookRefused,
)

KIND = "gammu_smsd"
_FOLDERS = ("outbox", "sent", "error", "inbox")
_KNOWN = frozenset(_FOLDERS)
_POLL = 2.0  # seconds
# A file that was written just now may not be whole, nor all parts of a text be there.
_AT_REST = timedelta(seconds=3)
# Sent files may be cleared away after this long; a repeat would not be known any more.
_KEPT = timedelta(hours=23)
_IN = re.compile(r"IN(?P<text>\d{8}_\d{6}_\d+_(?P<sender>[^_]+))_(?P<part>\d+)\.txt")
_LITTLE_ENDIAN = b"\xff\xfe"
_BIG_ENDIAN = b"\xfe\xff"


@dataclass(frozen=True, slots=True)
class GammuSettings:
    """The daemon's folders, as its own settings name them."""

    name: str
    outbox: Path
    sent: Path
    error: Path
    inbox: Path


def parse_gammu_smsd(name: str, table: Mapping[str, Json]) -> GammuSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    paths = {key: Path(read.needed(key, f"/var/spool/gammu/{key}")) for key in _FOLDERS}
    if len(set(paths.values())) != len(paths):
        raise read.wrong("outbox, sent, error and inbox must be four folders")
    return GammuSettings(name=name, **paths)


class GammuSmsd:
    capabilities = Capabilities(
        live=True,
        idempotent_send=True,
        idempotent_for=_KEPT,
        reconciles=True,
        receipts=True,
        inbound=True,
        by_itself=True,
    )

    def __init__(self, settings: GammuSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @property
    def name(self) -> str:
        return self._settings.name

    async def close(self) -> None:
        """Nothing is held open."""

    async def send(self, message: Outbound) -> Answer:
        try:
            await asyncio.to_thread(self._put, message)
        except OSError as problem:
            return Rejected(CarrierReason.CARRIER_DOWN, type(problem).__name__)
        return Accepted(str(message.id))

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        return await asyncio.to_thread(self._look_up, attempt)

    async def check(self) -> None:
        """See that its folders are there and open to us. Raises `CarrierCheckFailed`."""
        for key in _FOLDERS:
            folder: Path = getattr(self._settings, key)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise CarrierCheckFailed(
                    f"It could not be reached: the folder {folder} is not there or not open to us."
                )

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:  # noqa: ARG002 - the port's
        raise WebhookRefused("the modem's daemon sends no webhooks")

    async def run(self, sink: Callable[[Event], Awaitable[None]]) -> None:
        """Pass on what the daemon wrote, for ever; a file goes only after it is committed."""
        told: set[str] = set()
        while True:
            for receipt in await asyncio.to_thread(lambda: list(self._failed(told))):
                await sink(receipt)
                told.add(receipt.dedupe_key)
            for parts in await asyncio.to_thread(self._arrived):
                await sink(_joined(parts))
                await asyncio.to_thread(_remove, parts)
            await asyncio.sleep(_POLL)

    def _put(self, message: Outbound) -> None:
        if self._look_up(message.id) is not None:
            return  # asked for before
        at = self._clock.now().strftime("%Y%m%d_%H%M%S")
        name = f"OUTA{at}_00_{message.to.e164}_{message.id.hex}.txtd"
        hidden = self._settings.outbox / f".{name}"
        try:
            with hidden.open("xb") as file:
                file.write(_LITTLE_ENDIAN + message.text.encode("utf-16-le"))
                file.flush()
                os.fsync(file.fileno())
            hidden.rename(self._settings.outbox / name)
        finally:
            hidden.unlink(missing_ok=True)

    def _look_up(self, attempt: uuid.UUID) -> Receipt | None:
        pattern = f"OUT*_{attempt.hex}.txt*"
        for folder, state in (
            (self._settings.error, ReceiptState.UNDELIVERED),
            (self._settings.sent, ReceiptState.ACCEPTED),
            (self._settings.outbox, ReceiptState.ACCEPTED),
            (self._settings.sent, ReceiptState.ACCEPTED),  # it may have been moved meanwhile
        ):
            if any(folder.glob(pattern)):
                return _receipt(attempt, state)
        return None

    def _failed(self, told: set[str]) -> Iterator[Receipt]:
        for path in self._settings.error.glob("OUT*_*.txt*"):
            with contextlib.suppress(ValueError):  # of another program
                attempt = uuid.UUID(hex=path.name.rpartition("_")[2].partition(".")[0])
                receipt = _receipt(attempt, ReceiptState.UNDELIVERED)
                if receipt.dedupe_key not in told:
                    yield receipt

    def _arrived(self) -> list[list[Path]]:
        """Give the texts whose files are at rest, each as its parts in order."""
        texts: dict[str, list[Path]] = {}
        for path in sorted(self._settings.inbox.glob("IN*.txt")):
            named = _IN.fullmatch(path.name)
            if named is not None:
                texts.setdefault(named["text"], []).append(path)
        return [parts for parts in texts.values() if all(self._is_at_rest(one) for one in parts)]

    def _is_at_rest(self, path: Path) -> bool:
        try:
            changed = path.stat().st_mtime
        except FileNotFoundError:
            return False
        return self._clock.now().timestamp() - changed >= _AT_REST.total_seconds()


def _joined(parts: list[Path]) -> Inbound:
    named = _IN.fullmatch(parts[0].name)
    assert named is not None, "only such files are taken"
    text = "".join(_text_in(path) for path in parts)
    return Inbound(dedupe_key(named["text"], text), named["sender"], text)


def _text_in(path: Path) -> str:
    """Read what the daemon wrote: UTF-16 by its mark, with its padding of nulls, or else UTF-8."""
    written = path.read_bytes()
    if written.startswith(_BIG_ENDIAN):
        text = written[2:].decode("utf-16-be", "replace")
    elif written.startswith(_LITTLE_ENDIAN):
        text = written[2:].decode("utf-16-le", "replace")
    else:
        text = written.decode("utf-8", "replace")
    return text.partition("\0")[0]


def _remove(parts: list[Path]) -> None:
    for path in parts:
        path.unlink(missing_ok=True)


def _receipt(attempt: uuid.UUID, state: ReceiptState) -> Receipt:
    return Receipt(
        dedupe_key=dedupe_key(str(attempt), state.value),
        state=state,
        attempt=attempt,
        reference=str(attempt),
        reason=CarrierReason.UNREACHABLE if state is ReceiptState.UNDELIVERED else None,
    )
