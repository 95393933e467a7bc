"""What looks into archives (zip, gzip, bzip2, xz, tar) without letting them hurt the server."""

import enum
from typing import Protocol


class ArchiveFault(enum.StrEnum):
    """Why an archive isn't taken."""

    TOO_MUCH = "too_much"  # unpacked, it is far too large for its size
    TOO_MANY = "too_many"  # files
    TOO_DEEP = "too_deep"  # archives within archives
    TOO_COMPLEX = "too_complex"  # it took too long, or too much memory
    ACTIVE = "active"  # it holds a program or a script


class Inspection(Protocol):
    """One archive on its way through. `close` it, whatever happens."""

    async def feed(self, piece: bytes) -> None: ...

    async def fault(self) -> ArchiveFault | None:
        """End the archive; say what is wrong with it. A broken one has nothing to hide."""
        ...

    async def close(self) -> None: ...


class ArchiveInspector(Protocol):
    async def begin(self) -> Inspection: ...
