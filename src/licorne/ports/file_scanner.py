"""What looks for malware in files: a program beside Licorne that is asked file by file."""

from typing import Protocol


class ScannerDown(Exception):
    """The scanner doesn't answer, or can't look at this file. ``str()`` is a code."""


class Scan(Protocol):
    """One file on its way through the scanner. `close` it, whatever happens."""

    async def feed(self, piece: bytes) -> None:
        """Show the next piece. Raises `ScannerDown`."""
        ...

    async def found(self) -> str | None:
        """End the file; name the malware in it, if any. Raises `ScannerDown`."""
        ...

    async def close(self) -> None: ...


class FileScanner(Protocol):
    async def begin(self) -> Scan:
        """Begin a file. Raises `ScannerDown`."""
        ...

    async def version(self) -> str:
        """Say what answers, for the operator. Raises `ScannerDown`."""
        ...
