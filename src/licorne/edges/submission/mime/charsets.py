"""Bytes → text by a declared character set that may be unknown, misspelt or untrue.

Nothing is lost: what the declared set can't read is read by the likeliest other one, and the
answer says that it was a guess. Only the codecs listed here are ever used: Python's registry also
holds `unicode_escape`, `utf_7`, `idna` and compressors, and looks codecs up on disk by name.
"""

import codecs
from typing import NamedTuple

_CODEC_OF_LABEL = {
    label: codec
    for codec, labels in {
        "utf-8": "utf-8 utf8 unicode-1-1-utf-8 x-unicode20utf8",
        "ascii": "us-ascii ascii ansi-x3.4-1968 iso-ir-100 iso646-us",
        # Programs that say Latin-1 mean Windows's superset of it, as browsers have it.
        "cp1252": "iso-8859-1 iso8859-1 latin1 latin-1 l1 windows-1252 cp1252 x-cp1252 ansi",
        "cp1250": "windows-1250 cp1250",
        "cp1251": "windows-1251 cp1251",
        "cp1253": "windows-1253 cp1253",
        "cp1254": "windows-1254 cp1254 iso-8859-9 latin5",
        "cp1255": "windows-1255 cp1255",
        "cp1256": "windows-1256 cp1256",
        "cp1257": "windows-1257 cp1257",
        "cp1258": "windows-1258 cp1258",
        "cp437": "cp437 ibm437",
        "cp850": "cp850 ibm850",
        "cp852": "cp852 ibm852",
        "cp866": "cp866 ibm866",
        "cp874": "windows-874 tis-620 iso-8859-11 cp874",
        "iso8859_2": "iso-8859-2 latin2",
        "iso8859_3": "iso-8859-3",
        "iso8859_4": "iso-8859-4",
        "iso8859_5": "iso-8859-5",
        "iso8859_6": "iso-8859-6 iso-8859-6-i iso-8859-6-e",
        "iso8859_7": "iso-8859-7",
        "iso8859_8": "iso-8859-8 iso-8859-8-i iso-8859-8-e",
        "iso8859_10": "iso-8859-10",
        "iso8859_13": "iso-8859-13",
        "iso8859_14": "iso-8859-14",
        "iso8859_15": "iso-8859-15 latin-9 latin9",
        "iso8859_16": "iso-8859-16",
        "koi8_r": "koi8-r koi8",
        "koi8_u": "koi8-u",
        "mac_roman": "macintosh mac x-mac-roman",
        "gb18030": "gb18030 gbk gb2312 x-gbk gb-2312-80 euc-cn cp936",
        "hz": "hz-gb-2312",
        "big5hkscs": "big5 big5-hkscs x-x-big5 cp950 big-5",
        "cp932": "shift-jis shift_jis sjis x-sjis windows-31j cp932 ms-kanji",
        "euc_jp": "euc-jp x-euc-jp",
        "iso2022_jp_2": "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2",
        "cp949": "euc-kr ks-c-5601-1987 ks-c-5601 windows-949 cp949",
        "iso2022_kr": "iso-2022-kr",
        "utf-16": "utf-16",
        "utf-16-le": "utf-16le",
        "utf-16-be": "utf-16be",
    }.items()
    for label in labels.split()
}
# A text that says one of these and is well-formed UTF-8 beyond ASCII is UTF-8: in Latin-1 it
# would be a run of "Ã©" that nobody writes.
_OFTEN_UNTRUE = frozenset({"ascii", "cp1252"})


class DecodedText(NamedTuple):
    """A text, and whether its character set had to be guessed."""

    text: str
    guessed: bool


def decode_text(content: bytes, label: str | None) -> DecodedText:
    """Read bytes as text, never failing; no label means ASCII (RFC 2045 §5.2)."""
    if content.isascii() and (label is None or label in {"utf-8", "us-ascii"}):
        return DecodedText(content.decode("ascii"), guessed=False)
    codec = _codec_named(label)
    if codec is None:
        return DecodedText(_guess(content), guessed=not content.isascii() or label is not None)
    if codec in _OFTEN_UNTRUE and not content.isascii():
        try:
            return DecodedText(content.decode("utf-8"), guessed=True)
        except UnicodeDecodeError:
            pass
    try:
        text = content.decode(codec)
    except (UnicodeDecodeError, UnicodeError):
        return DecodedText(_guess(content, codec), guessed=True)
    return DecodedText(text.removeprefix("\ufeff"), guessed=False)


def load_all_codecs() -> None:
    """Import every codec now, for a process that won't be able to open files later."""
    for codec in set(_CODEC_OF_LABEL.values()):
        codecs.lookup(codec)


def _codec_named(label: str | None) -> str | None:
    if label is None:
        return "ascii"
    plain = label.strip(" \t\"'").lower().replace("_", "-")
    return _CODEC_OF_LABEL.get(plain) or _CODEC_OF_LABEL.get(plain.removeprefix("x-"))


def _guess(content: bytes, declared: str | None = None) -> str:
    """Read as UTF-8 with marks for the odd bad byte, or as Windows-1252 if most bytes are bad."""
    as_utf8 = content.decode("utf-8", errors="replace").removeprefix("\ufeff")
    bad = as_utf8.count("\ufffd")
    if bad == 0:
        return as_utf8
    if declared is not None and declared not in _OFTEN_UNTRUE and declared != "utf-8":
        # A multi-byte text with a few broken characters stays readable in its own set.
        return content.decode(declared, errors="replace")
    good = sum(1 for character in as_utf8 if character > "\x7f") - bad
    if good > bad:
        return as_utf8
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")
