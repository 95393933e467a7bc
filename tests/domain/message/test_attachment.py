"""Names, types and ids of attachments are safe whatever the sender's program made of them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licorne.domain.message.attachment import (
    MAX_FILENAME_BYTES,
    Attachment,
    safe_filename,
    with_distinct_filenames,
)


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\scan.png", "scan.png"),
        ("/", "attachment"),
        ("", "attachment"),
        ("...", "attachment"),
        ("a\r\nBcc: eve@example.org.txt", "aBcc_ eve@example.org.txt"),
        ("exe.\u202efdp.scr", "exe.fdp.scr"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("nul\x00byte.txt", "nulbyte.txt"),
        ("invoice.pdf. . .", "invoice.pdf"),
        (".hidden", "hidden"),
        ('10:30 "x" <y>|?*.txt', "10_30 _x_ _y____.txt"),
        ("CON.txt", "_CON.txt"),
        ("  many   spaces .txt", "many spaces .txt"),
        ("Ärztebrief.pdf", "Ärztebrief.pdf"),
        ("lone \ud800 surrogate.txt", "lone surrogate.txt"),
    ],
)
def test_a_file_name_is_made_safe(given_name: str, safe: str) -> None:
    assert safe_filename(given_name) == safe


def test_a_long_file_name_keeps_its_extension() -> None:
    name = safe_filename("é" * 400 + ".pdf")
    assert len(name.encode()) <= MAX_FILENAME_BYTES
    assert name.endswith("é.pdf")


def test_an_endless_extension_is_cut_too() -> None:
    assert len(safe_filename("a." + "x" * 5000).encode()) <= MAX_FILENAME_BYTES


@settings(deadline=None)
@given(st.text(max_size=600))
def test_no_name_escapes_its_directory_or_hides_its_extension(name: str) -> None:
    safe = safe_filename(name)
    assert safe
    assert safe == safe.strip(" .")
    assert len(safe.encode()) <= MAX_FILENAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*')
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in safe)
    assert safe_filename(safe) == safe


def test_files_of_the_same_name_stay_distinct_without_regard_to_case() -> None:
    names = ["scan.pdf", "Scan.PDF", "scan (2).pdf", "other", "other"]
    kept = with_distinct_filenames(Attachment(name, "application/pdf", b"") for name in names)
    assert [a.filename for a in kept] == [
        "scan.pdf",
        "Scan (2).PDF",
        "scan (2) (2).pdf",
        "other",
        "other (2)",
    ]


def test_longest_names_stay_distinct_and_within_the_limit() -> None:
    kept = with_distinct_filenames(Attachment("x" * 300 + ".pdf", "", b"") for _ in range(12))
    assert len({a.filename for a in kept}) == 12
    assert max(len(a.filename.encode()) for a in kept) <= MAX_FILENAME_BYTES


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("Image/PNG", "image/png"),
        ("text/html; charset=utf-8", "text/html"),
        ("nonsense", "application/octet-stream"),
        ("text/html\r\nX-Evil: 1", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_is_a_plain_media_type(declared: str, kept: str) -> None:
    assert Attachment("a", declared, b"").content_type == kept


def test_a_content_id_loses_its_brackets_and_never_holds_controls() -> None:
    assert Attachment("a", "image/png", b"", content_id="<logo@x>").content_id == "logo@x"
    assert Attachment("a", "image/png", b"", content_id="lo\r\ngo").content_id is None
    assert Attachment("a", "image/png", b"", content_id="<>").content_id is None
