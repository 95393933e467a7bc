"""The bytes of a text part → text: transfer encoding, character set, format=flowed."""

import re

from licorne.edges.submission.mime.charsets import decode_text
from licorne.edges.submission.mime.entity_header import EntityHeader
from licorne.edges.submission.mime.flowed_text import unflow
from licorne.edges.submission.mime.parsed_submission import Remark
from licorne.edges.submission.mime.transfer_decoding import decode_transfer

_HTML_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
_HTML_HEAD_BYTES = 2_048


def read_text(raw: bytes, header: EntityHeader, start: int, end: int, remarks: set[Remark]) -> str:
    """Read one text part; what had to be guessed or repaired is added to `remarks`."""
    content, damaged = decode_transfer(raw, start, end, header.transfer_encoding)
    charset = header.charset
    if charset is None and header.media_type == "text/html":
        declared = _HTML_CHARSET.search(content, 0, _HTML_HEAD_BYTES)
        charset = declared[1].decode("ascii") if declared else None
    text, guessed = decode_text(content, charset)
    if damaged:
        remarks.add(Remark.ENCODING_DAMAGED)
    if guessed:
        remarks.add(Remark.CHARSET_GUESSED)
    if header.flowed and header.media_type == "text/plain":
        text = unflow(text, delete_space=header.delete_space)
    return text
