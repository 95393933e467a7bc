"""SMPP 3.4: a lasting connection to a phone company or aggregator, over checked TLS.

`run` holds the connection in the worker and `send` uses it. What a server was asked and didn't
answer in time is unknown, whatever becomes of the connection. A receipt names the text by the
server's id, which the notice's row keeps; it may come before that row has it. What comes in is
acknowledged after it is committed.
"""

import asyncio
import contextlib
import itertools
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from licorne.adapters.carriers.settings_table import (
    DEFAULT_TIMEOUT,
    LOOPBACK,
    Json,
    SettingsTable,
)
from licorne.adapters.carriers.smpp_pdu import (
    HEADER,
    LARGEST,
    RESPONSE,
    Command,
    Delivered,
    Packet,
    bind_body,
    message_id_of,
    read_delivery,
    submit_bodies,
)
from licorne.adapters.carriers.webhook_proof import dedupe_key
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.domain.notice.segments import segment
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
    Unknown,
    Webhook,
    WebhookRefused,
)

KIND = "smpp"
_KNOWN = frozenset({
    "host", "port", "tls", "authority_file", "system_id", "password_file", "system_type", "from",
    "response_ids", "window", "timeout",
})  # fmt: skip
_SILENCE = 30.0  # seconds until we ask whether the other side is there (enquire_link)
_REASONS: Mapping[int, CarrierReason] = MappingProxyType(
    {
        0x08: CarrierReason.CARRIER_DOWN,
        0x0A: CarrierReason.CARRIER_SETTINGS,
        0x0B: CarrierReason.BAD_NUMBER,
        0x0D: CarrierReason.CARRIER_SETTINGS,
        0x0E: CarrierReason.CARRIER_SETTINGS,
        0x0F: CarrierReason.CARRIER_SETTINGS,
        0x14: CarrierReason.THROTTLED,
        0x58: CarrierReason.THROTTLED,
    }
)  # §5.1.3
_STATES: Mapping[str, ReceiptState] = MappingProxyType(
    {
        "ENROUTE": ReceiptState.ACCEPTED,
        "ACCEPTD": ReceiptState.ACCEPTED,
        "DELIVRD": ReceiptState.ON_HANDSET,
        "UNDELIV": ReceiptState.UNDELIVERED,
        "REJECTD": ReceiptState.UNDELIVERED,
        "DELETED": ReceiptState.UNDELIVERED,
        "EXPIRED": ReceiptState.UNDELIVERED,
    }
)
Sink = Callable[[Event], Awaitable[None]]

log = structlog.get_logger("licorne.carriers")


class BindRefused(Exception):
    """The server doesn't let us in. ``status`` is its own."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status:#x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class SmppSettings:
    """``hex_responses``: ids are hexadecimal in responses, while receipts have them decimal."""

    name: str
    host: str
    port: int
    tls: ssl.SSLContext | None
    system_id: str
    password: str = field(repr=False)
    system_type: str
    sender: str
    hex_responses: bool
    window: int
    timeout: float


def parse_smpp(name: str, table: Mapping[str, Json]) -> SmppSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    host = read.needed("host", "smpp.example.net")
    ids = read.text("response_ids") or "as_receipts"
    if ids not in {"as_receipts", "hex"}:
        raise read.wrong("response_ids must be as_receipts or hex")
    return SmppSettings(
        name=name,
        host=host,
        port=read.whole("port", 3550, 65535),
        tls=_tls(read, host),
        system_id=read.needed("system_id", "the name that the carrier gave you"),
        password=read.secret("password_file", "the password"),
        system_type=read.text("system_type") or "",
        sender=read.needed("from", "+12125550100"),
        hex_responses=ids == "hex",
        window=read.whole("window", 10, 1000),
        timeout=read.number("timeout", DEFAULT_TIMEOUT),
    )


def _tls(read: SettingsTable, host: str) -> ssl.SSLContext | None:
    """Give what checks the server's certificate and the name in it; nothing on this machine."""
    if read.table.get("tls") is False:
        if host not in LOOPBACK:
            raise read.wrong("tls can be false only for a server on this machine")
        return None
    try:
        return ssl.create_default_context(cafile=read.text("authority_file"))
    except (OSError, ssl.SSLError):
        raise read.wrong("authority_file can't be read as certificates") from None


class Smpp:
    capabilities = Capabilities(live=True, receipts=True, inbound=True, by_itself=True)

    def __init__(self, settings: SmppSettings) -> None:
        self._settings = settings
        self._window = asyncio.Semaphore(settings.window)
        self._session: _Session | None = None
        self._bound = asyncio.Event()
        self._joins = itertools.cycle(range(256))

    @property
    def name(self) -> str:
        return self._settings.name

    async def close(self) -> None:
        """`run` closes its own connection when it is cancelled."""

    async def send(self, message: Outbound) -> Answer:
        try:
            async with asyncio.timeout(self._settings.timeout):
                await self._bound.wait()
        except TimeoutError:
            return Rejected(CarrierReason.CARRIER_DOWN, "not_bound")
        session = self._session
        if session is None:
            return Rejected(CarrierReason.CARRIER_DOWN, "not_bound")
        cut = segment(message.text)
        bodies = submit_bodies(
            self._settings.sender,
            message.to.e164.removeprefix("+"),
            cut.encoding,
            cut.parts,
            next(self._joins),
        )
        reference = ""
        for number, body in enumerate(bodies):
            async with self._window:
                answer = await self._submit(session, body)
            if isinstance(answer, Unknown):
                return answer
            if answer.status != 0:
                if number > 0:
                    return Unknown("part")  # some of it has left
                reason = _REASONS.get(answer.status, CarrierReason.UNKNOWN)
                return Rejected(reason, f"{answer.status:#x}")
            reference = self._reference(message_id_of(answer.body))
        return Accepted(reference or None)

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:  # noqa: ARG002 - the port's
        """Nothing: only the server's own id could be asked about, and an unknown has none."""
        return None

    async def check(self) -> None:
        """Bind and leave again. Raises `CarrierCheckFailed`."""
        try:
            async with asyncio.timeout(self._settings.timeout), self._connected() as session:
                await self._bind(session)
                session.write(Packet(Command.UNBIND, 0, session.next_sequence()))
        except ssl.SSLCertVerificationError:
            raise CarrierCheckFailed("Its certificate isn't one for this host.") from None
        except BindRefused:
            raise CarrierCheckFailed(
                "It doesn't accept our account: look at system_id and its password."
            ) from None
        except (OSError, TimeoutError, EOFError):
            host = self._settings.host
            raise CarrierCheckFailed(f"It could not be reached at {host}.") from None

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:  # noqa: ARG002 - the port's
        raise WebhookRefused("an SMPP server sends no webhooks")

    async def run(self, sink: Sink) -> None:
        """Hold a bound connection; returns or raises when it ends, to be called again."""
        async with self._connected() as session:
            async with asyncio.timeout(self._settings.timeout):
                await self._bind(session)
            self._session = session
            self._bound.set()
            log.info("carrier bound", carrier=self.name)
            try:
                await self._listen(session, sink)
            finally:
                self._bound.clear()
                self._session = None
                session.fail()

    async def _submit(self, session: "_Session", body: bytes) -> "Packet | Unknown":
        """Ask, and wait as long as is set: a lost answer is an unknown, never a no."""
        try:
            async with asyncio.timeout(self._settings.timeout):
                return await session.ask(Command.SUBMIT_SM, body)
        except TimeoutError:
            return Unknown("deadline")
        except (OSError, EOFError) as problem:
            return Unknown(type(problem).__name__)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator["_Session"]:
        settings = self._settings
        reader, writer = await asyncio.open_connection(
            settings.host,
            settings.port,
            ssl=settings.tls,
            server_hostname=None if settings.tls is None else settings.host,
        )
        try:
            yield _Session(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(2):
                    await writer.wait_closed()

    async def _bind(self, session: "_Session") -> None:
        settings = self._settings
        body = bind_body(settings.system_id, settings.password, settings.system_type)
        session.write(Packet(Command.BIND_TRANSCEIVER, 0, session.next_sequence(), body))
        answer = await session.read()
        if answer.status != 0 or answer.command != RESPONSE + Command.BIND_TRANSCEIVER:
            raise BindRefused(answer.status)

    async def _listen(self, session: "_Session", sink: Sink) -> None:
        silent = False
        while True:
            try:
                async with asyncio.timeout(_SILENCE):
                    packet = await session.read()
            except TimeoutError:
                if silent:
                    raise EOFError("the server says nothing any more") from None
                silent = True
                session.write(Packet(Command.ENQUIRE_LINK, 0, session.next_sequence()))
                continue
            silent = False
            match packet.command:
                case Command.DELIVER_SM:
                    await self._take(packet, sink)
                    session.answer(packet, b"\0")  # committed: only now may the server forget it
                case Command.ENQUIRE_LINK:
                    session.answer(packet)
                case Command.UNBIND:
                    session.answer(packet)
                    return
                case _:
                    session.settle(packet)

    async def _take(self, packet: Packet, sink: Sink) -> None:
        try:
            delivered = read_delivery(packet.body)
        except ValueError:
            log.warning("carrier told nothing readable", carrier=self.name)
            return
        if delivered.is_receipt:
            receipt = _receipt(delivered)
            if receipt is not None:
                await sink(receipt)
            return
        # SMPP has no name for what comes in: one that is told again after a fault is another.
        sender = delivered.sender
        prefixed = f"+{sender}" if sender.isdigit() and len(sender) > 10 else sender
        await sink(Inbound(uuid.uuid4().hex, prefixed, delivered.text))

    def _reference(self, identity: str) -> str:
        """Write a response's id as receipts write it."""
        if not self._settings.hex_responses:
            return identity
        try:
            return str(int(identity, 16))
        except ValueError:
            return identity


def _receipt(delivered: Delivered) -> Receipt | None:
    state = _STATES.get(delivered.state or "")
    if state is None or delivered.receipted is None:
        return None
    reason = None
    if state is ReceiptState.UNDELIVERED:
        expired = delivered.state == "EXPIRED"
        reason = CarrierReason.EXPIRED if expired else CarrierReason.UNREACHABLE
    return Receipt(
        dedupe_key=dedupe_key(delivered.receipted, delivered.state or ""),
        state=state,
        reference=delivered.receipted,
        reason=reason,
    )


class _Session:
    """One connection: packets out and in, and who waits for which answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sequences = itertools.cycle(range(1, 0x7FFFFFFF))  # §3.2
        self._waiting: dict[int, asyncio.Future[Packet]] = {}

    def next_sequence(self) -> int:
        return next(self._sequences)

    def write(self, packet: Packet) -> None:
        self._writer.write(bytes(packet))

    def answer(self, packet: Packet, body: bytes = b"") -> None:
        self.write(Packet(RESPONSE + packet.command, 0, packet.sequence, body))

    async def ask(self, command: Command, body: bytes) -> Packet:
        sequence = self.next_sequence()
        answer: asyncio.Future[Packet] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = answer
        try:
            self.write(Packet(command, 0, sequence, body))
            await self._writer.drain()
            return await answer
        finally:
            self._waiting.pop(sequence, None)

    def settle(self, packet: Packet) -> None:
        waiting = self._waiting.get(packet.sequence)
        if waiting is not None and not waiting.done():
            waiting.set_result(packet)

    def fail(self) -> None:
        """Tell all who wait that no answer comes any more."""
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(EOFError("the connection has ended"))

    async def read(self) -> Packet:
        """Read one packet. Raises `EOFError` (`asyncio.IncompleteReadError`) at the end."""
        head = await self._reader.readexactly(HEADER.size)
        length, command, status, sequence = HEADER.unpack(head)
        if not HEADER.size <= length <= LARGEST:
            raise EOFError("not a packet of SMPP")
        body = await self._reader.readexactly(length - HEADER.size)
        return Packet(command, status, sequence, body)
