"""An attachment as a fact: a name that is safe to show and to save, a type, and the bytes.

Which types an organization takes is policy and is not decided here.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from licorne.domain.message.file_kind import HEAD_BYTES, MEDIA_TYPES, kind_of

MAX_FILENAME_BYTES = 255
UNKNOWN_TYPE = "application/octet-stream"

_LONGEST_NAME_LOOKED_AT = 2_000
_LONGEST_EXTENSION = 20
_LONGEST_CONTENT_ID = 255
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}", re.ASCII)
_RESERVED_CHARACTERS = re.compile(r'[<>:"|?*]')
# Windows opens these as devices whatever their extension is.
_DEVICE_NAME = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z")
# Control, format (bidi overrides, zero-width), surrogate, private, line and paragraph separator.
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that travels with a message.

    A file that was sealed as it came in has no ``content`` here, and its size in ``sealed_size``.
    The constructor makes the name, the type and the content id safe instead of refusing them: a
    sender can't do anything about the name that a scanner gave to a file. `content_id` is without
    angle brackets (RFC 2392); `inline` means that the sender meant it to be seen inside the HTML.
    """

    filename: str
    content_type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None
    sealed_size: int | None = None

    @property
    def size(self) -> int:
        """Bytes of the file as its sender has it."""
        return len(self.content) if self.sealed_size is None else self.sealed_size

    def __post_init__(self) -> None:
        """Make every field safe to print in a header, a page and a directory.

        The type is what the content says it is, where that is known, and else the sender's word.
        """
        object.__setattr__(self, "filename", safe_filename(self.filename))
        object.__setattr__(self, "content_type", _media_type(self.content, self.content_type))
        object.__setattr__(self, "content_id", _safe_content_id(self.content_id))


def safe_filename(name: str, fallback: str = "attachment") -> str:
    """Make a file name that means one file and looks like what it is.

    Drops directories, control and invisible characters (a bidi override makes `.scr` read as
    `.pdf`), the characters that file systems reserve, leading and trailing dots and spaces; at
    most `MAX_FILENAME_BYTES` in UTF-8, the extension kept.
    """
    shown = name[-_LONGEST_NAME_LOOKED_AT:].replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(
        character
        for character in shown
        if unicodedata.category(character) not in _INVISIBLE_CATEGORIES
    )
    shown = unicodedata.normalize("NFC", shown)
    shown = " ".join(_RESERVED_CHARACTERS.sub("_", shown).split()).strip(". ")
    if not shown:
        return fallback
    if _DEVICE_NAME.match(shown):
        shown = "_" + shown
    return _shortened(shown, MAX_FILENAME_BYTES)


def with_distinct_filenames(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Tell files of the same name apart, as a person would: `scan.pdf`, `scan (2).pdf`.

    Names are compared without case, because the reader's file system may do so.
    """
    taken: set[str] = set()
    distinct = []
    for attachment in attachments:
        name, copy = attachment.filename, 1
        while name.casefold() in taken:
            copy += 1
            name = _numbered(attachment.filename, copy)
        taken.add(name.casefold())
        distinct.append(
            attachment if name == attachment.filename else replace(attachment, filename=name)
        )
    return tuple(distinct)


def _numbered(filename: str, copy: int) -> str:
    stem, extension = _split_extension(filename)
    mark = f" ({copy})"
    room = MAX_FILENAME_BYTES - len((mark + extension).encode())
    return _cut_to_bytes(stem, room) + mark + extension


def _shortened(filename: str, limit: int) -> str:
    if len(filename.encode()) <= limit:
        return filename
    stem, extension = _split_extension(filename)
    return _cut_to_bytes(stem, limit - len(extension.encode())).rstrip(". ") + extension


def _split_extension(filename: str) -> tuple[str, str]:
    stem, dot, extension = filename.rpartition(".")
    if not stem or len(extension) > _LONGEST_EXTENSION:
        return filename, ""
    return stem, dot + extension


def _cut_to_bytes(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")


def _media_type(content: bytes, claimed: str) -> str:
    kind = kind_of(content[:HEAD_BYTES])
    return _safe_media_type(MEDIA_TYPES.get(kind, claimed) if kind else claimed)


def _safe_media_type(content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) else UNKNOWN_TYPE


def _safe_content_id(content_id: str | None) -> str | None:
    if content_id is None:
        return None
    bare = content_id.strip().removeprefix("<").removesuffix(">")
    if not bare or len(bare) > _LONGEST_CONTENT_ID or not bare.isprintable():
        return None
    return bare
