"""A real clamd: what it finds, and what is said when it can't be asked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.virus_scanner import EICAR, RunningClamd, running_clamd

from licorne.adapters.scanners.clamd import (
    Clamd,
    ScannerAddress,
    ScannerAddressWrong,
    parse_scanner_address,
)
from licorne.ports.file_scanner import ScannerDown


@pytest.fixture(scope="module")
def clamd() -> Iterator[RunningClamd]:
    with running_clamd("StreamMaxLength 3M") as running:
        yield running


def scanner(running: RunningClamd) -> Clamd:
    return Clamd(parse_scanner_address(running.address))


async def found(scanner: Clamd, *pieces: bytes) -> str | None:
    scan = await scanner.begin()
    try:
        for piece in pieces:
            await scan.feed(piece)
        return await scan.found()
    finally:
        await scan.close()


async def test_malware_is_named_and_the_rest_passes(clamd: RunningClamd):
    assert await found(scanner(clamd), EICAR) == "Eicar-Test.UNOFFICIAL"
    assert await found(scanner(clamd), EICAR[:20], EICAR[20:]) == "Eicar-Test.UNOFFICIAL"
    assert await found(scanner(clamd), b"a letter", b"x" * 1_000_000) is None
    assert await found(scanner(clamd)) is None
    assert "ClamAV" in await scanner(clamd).version()


async def test_a_file_over_its_limit_is_not_said_to_be_clean(clamd: RunningClamd):
    with pytest.raises(ScannerDown):  # it says so, or is gone before its answer can be read
        await found(scanner(clamd), *(b"x" * 1_000_000 for _ in range(8)))


async def test_a_scanner_that_is_not_there_is_down(tmp_path: Path):
    with pytest.raises(ScannerDown):
        await Clamd(ScannerAddress(path=str(tmp_path / "none.sock"))).begin()
    with pytest.raises(ScannerDown):
        await Clamd(ScannerAddress(host="127.0.0.1", port=1)).version()


async def test_one_that_never_answers_is_down_at_the_deadline():
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ScannerDown, match="TimeoutError"):
            await found(Clamd(ScannerAddress(host="127.0.0.1", port=port), 0.2), b"text")


async def test_plain_text_goes_to_no_public_address():
    with pytest.raises(ScannerDown, match="public_address"):
        await Clamd(ScannerAddress(host="192.0.43.8", port=3310)).begin()


@pytest.mark.parametrize("text", ["clamd", "unix:clamd.sock", "tcp:host", "tcp:host:0", "tcp::1"])
def test_an_address_that_can_not_be_used_is_refused(text: str):
    with pytest.raises(ScannerAddressWrong, match="must look like"):
        parse_scanner_address(text)


def test_an_address_is_a_socket_or_a_host_and_a_port():
    assert parse_scanner_address("unix:/run/clamd.ctl") == ScannerAddress(path="/run/clamd.ctl")
    assert parse_scanner_address("tcp:[::1]:3310") == ScannerAddress(host="::1", port=3310)
