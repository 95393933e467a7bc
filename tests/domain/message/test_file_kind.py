import pytest

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.file_kind import ACTIVE, FileKind, kind_of


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\x00", FileKind.PROGRAM),
        (b"\x7fELF\x02", FileKind.PROGRAM),
        (b"\xca\xfe\xba\xbe\x00", FileKind.PROGRAM),
        (b"#!/bin/sh\nrm -rf /", FileKind.SCRIPT),
        (b"L\x00\x00\x00\x01\x14\x02\x00\x00", FileKind.SHORTCUT),
        (b"  \n<!DOCTYPE HTML><p>", FileKind.WEB_PAGE),
        (b"\xef\xbb\xbf<html>", FileKind.WEB_PAGE),
        (b"<!-- a --><!-- b -->\n<script>", FileKind.WEB_PAGE),
        ("<html>".encode("utf-16"), FileKind.WEB_PAGE),
        (b"PK\x03\x04", FileKind.ZIP),
        (b"\x00" * 257 + b"ustar\x00", FileKind.TAR),
        (b"%PDF-1.7", FileKind.PDF),
        (b"Dear <html> people,", None),
        (b'<?xml version="1.0"?><ClinicalDocument>', None),
        (b"name,value\n1,2\n", None),
        (b"", None),
        (b"<!--", None),
    ],
)
def test_a_file_is_what_it_begins_with(content: bytes, kind: FileKind | None):
    assert kind_of(content) is kind
    assert (kind in ACTIVE) == (
        kind in {FileKind.PROGRAM, FileKind.SCRIPT, FileKind.SHORTCUT, FileKind.WEB_PAGE}
    )


def test_the_type_told_to_the_reader_is_the_contents_not_the_senders():
    assert Attachment("scan", "text/html", b"%PDF-1.7").content_type == "application/pdf"
    assert Attachment("a.pdf", "application/pdf", b"\x89PNG\r\n\x1a\n").content_type == "image/png"
    assert Attachment("a.csv", "text/csv", b"a,b").content_type == "text/csv"
    assert Attachment("a.docx", "application/x-docx", b"PK\x03\x04").content_type == (
        "application/x-docx"
    )
