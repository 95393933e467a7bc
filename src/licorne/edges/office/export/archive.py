"""A ZIP that is written while it is read: nothing of it is kept but what wasn't taken yet.

Beside the entries it makes the list of their SHA-256 sums, as ``sha256sum -c`` reads it.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

SUMS = "SHA256SUMS"
# Compressed already: to try again would cost time and save nothing.
_DENSE = frozenset({"application/pdf", "application/zip"})


class _Sink(io.RawIOBase):
    """Takes what the ZIP writes; it can't be sought, so sizes follow their entries."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        taken = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(taken)
        return len(taken)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


class Archive:
    """Write entries, and `take` what has become of them, again and again; then `close`."""

    def __init__(self, at: datetime) -> None:
        self._at = at.timetuple()[:6]  # in the zone in which it is told: ZIP knows none
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w")
        self._sums: list[str] = []

    @contextmanager
    def entry(
        self, name: str, content_type: str = "text/plain"
    ) -> Iterator[Callable[[bytes], str]]:
        """Add a file: what is yielded takes its pieces and gives the SHA-256 so far (hex)."""
        info = zipfile.ZipInfo(name, self._at)
        info.external_attr = 0o600 << 16
        dense = content_type in _DENSE or content_type.startswith(("image/", "video/", "audio/"))
        info.compress_type = zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED
        digest = hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as file:

            def write(piece: bytes) -> str:
                digest.update(piece)
                file.write(piece)
                return digest.hexdigest()

            yield write
        self._sums.append(f"{digest.hexdigest()}  {name}\n")

    def add(self, name: str, content: bytes, content_type: str = "text/plain") -> None:
        with self.entry(name, content_type) as write:
            write(content)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        return self._sink.take()

    def close(self) -> None:
        """Add the sums of all entries, and end the ZIP."""
        self.add(SUMS, "".join(self._sums).encode())
        self._zip.close()
