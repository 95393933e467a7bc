"""What the header of a message or of one of its parts says about the body that follows it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from licorne.edges.submission.mime.encoded_words import read_raw_text
from licorne.edges.submission.mime.header_fields import HeaderFields
from licorne.edges.submission.mime.parameters import read_parametrized

_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.ASCII)
# A plain text, its set, how its lines are to be read and how it is encoded: no names, no ids.
_USUAL = re.compile(
    rb"(?i)text/plain(?:; *(?:charset=\"?[a-z0-9-]{1,20}\"?|format=flowed|delsp=yes))*"
    rb"(?:7bit|8bit|base64|quoted-printable)?"
)


@dataclass(frozen=True, slots=True)
class EntityHeader:
    """MIME's facts about one entity (RFC 2045, 2183, 2392, 3676), decoded and in lower case.

    `filename` is what the sender's program wrote, not yet made safe.
    """

    media_type: str
    charset: str | None
    boundary: str | None
    flowed: bool
    delete_space: bool
    smime_type: str | None
    related_root: str | None
    disposition: str
    filename: str | None
    transfer_encoding: str
    content_id: str | None

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    @property
    def is_named_or_attached(self) -> bool:
        """Whether the sender meant a file, not a piece of the text."""
        return self.disposition == "attachment" or self.filename is not None


def read_entity_header(header: HeaderFields, default_type: str = "text/plain") -> EntityHeader:
    """Gather the MIME fields; a missing or senseless type is the default (RFC 2045 §5.2)."""
    content_type = header.first(b"content-type") or b""
    disposition = header.first(b"content-disposition") or b""
    transfer_encoding = header.first(b"content-transfer-encoding") or b""
    content_id = header.first(b"content-id")
    if not disposition and not content_id and _USUAL.fullmatch(content_type + transfer_encoding):
        return _read_usual(content_type, transfer_encoding, default_type)
    return _read(content_type, disposition, transfer_encoding, content_id, default_type)


def _read(
    content_type: bytes,
    disposition: bytes,
    transfer_encoding: bytes,
    content_id: bytes | None,
    default_type: str,
) -> EntityHeader:
    declared = read_parametrized(content_type)
    placed = read_parametrized(disposition)
    return EntityHeader(
        media_type=declared.value if _MEDIA_TYPE.fullmatch(declared.value) else default_type,
        charset=_lower(declared.get("charset")),
        boundary=declared.get("boundary"),
        flowed=_lower(declared.get("format")) == "flowed",
        delete_space=_lower(declared.get("delsp")) == "yes",
        smime_type=_lower(declared.get("smime-type")),
        related_root=declared.get("start"),
        disposition=placed.value,
        filename=placed.get("filename") or declared.get("name"),
        transfer_encoding=_token(transfer_encoding),
        content_id=read_raw_text(content_id) if content_id else None,
    )


@lru_cache(maxsize=64)
def _read_usual(content_type: bytes, transfer_encoding: bytes, default_type: str) -> EntityHeader:
    """Remember the headers that most mails have. Nothing personal can stand in them."""
    return _read(content_type, b"", transfer_encoding, None, default_type)


def _lower(value: str | None) -> str | None:
    return value.strip().lower() if value else None


def _token(value: bytes) -> str:
    return value.partition(b";")[0].partition(b"(")[0].strip(b' \t"').decode("latin-1").lower()
