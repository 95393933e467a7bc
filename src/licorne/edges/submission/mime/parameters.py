"""The value and parameters of Content-Type and Content-Disposition, with RFC 2231.

Tolerates what programs write: raw UTF-8, encoded words in quotes, unquoted names with spaces,
missing quotes, comments, continuations out of order.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from licorne.edges.submission.mime.charsets import decode_text
from licorne.edges.submission.mime.encoded_words import (
    decode_encoded_words,
    decode_header_text,
    read_raw_text,
)
from licorne.edges.submission.mime.limits import MAX_PARAMETERS
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

# Possessive quantifiers: no input makes these look back.
_PARAMETER = re.compile(
    r'[;\s]*+([^=;\s"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?([^;]*+)|([^;]*+))', re.DOTALL
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SECTION = re.compile(r"([^*]+)\*(?:([0-9]{1,3})(\*?))?\Z")
_COMMENT = re.compile(r"\s\([^()]*\)\s*\Z")


@dataclass(frozen=True, slots=True)
class ParametrizedValue:
    """A value in lower case (`text/plain`, `attachment`) and its decoded parameters."""

    value: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """A parameter by its lower-case name."""
        return self.parameters.get(name)


def read_parametrized(raw: bytes) -> ParametrizedValue:
    """Read an unfolded header value; none at all gives an empty value."""
    # Not yet decoded from encoded words: they could hold quotes and semicolons.
    text = read_raw_text(raw)
    value, semicolon, rest = text.partition(";")
    value = value.partition("(")[0].strip().lower()
    return ParametrizedValue(value, _parameters(rest) if semicolon else {})


def _parameters(text: str) -> dict[str, str]:
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bool, str]]] = {}
    position = 0
    for _ in range(MAX_PARAMETERS):
        match = _PARAMETER.match(text, position)
        if match is None:
            position = text.find(";", position) + 1
            if position == 0:
                break
            continue
        position = match.end()
        name = match[1].lower()
        value = _unquoted(match)
        section = _SECTION.match(name)
        if section is None:
            plain.setdefault(name, _checked(decode_encoded_words(value)))
        else:
            # RFC 2231 §3 and §4: name*, name*0, name*0*
            encoded = section[2] is None or section[3] == "*"
            index = int(section[2] or 0)
            sections.setdefault(section[1], {}).setdefault(index, (encoded, value))
    for name, parts in sections.items():
        plain[name] = _checked(_joined(parts))
    return plain


def _unquoted(match: re.Match[str]) -> str:
    if match[2] is not None:
        return _ESCAPED.sub(r"\1", match[2])
    return _COMMENT.sub("", match[4].strip())


def _joined(parts: Mapping[int, tuple[bool, str]]) -> str:
    """Put continuations together as bytes first: a character may be split between two."""
    charset: str | None = None
    content = b""
    for index in range(len(parts)):
        if index not in parts:
            break
        encoded, value = parts[index]
        if encoded:
            if index == 0 and value.count("'") >= 2:
                charset, _, value = value.split("'", 2)
            content += _PERCENT.sub(
                lambda hexadecimal: bytes([int(hexadecimal[1], 16)]), value.encode()
            )
        else:
            content += value.encode()
    if charset is None and b"=?" in content:
        return decode_header_text(content)
    return decode_text(content, charset or "utf-8").text


def _checked(value: str) -> str:
    if "\r" in value or "\n" in value or "\x00" in value:
        raise SubmissionRefused.because(RefusalReason.LINE_BREAK_IN_HEADER)
    return value
