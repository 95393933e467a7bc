"""Reads SMTP command lines: verbs, paths and parameters (RFC 5321 §4.1.1, RFC 1870, 6152, 6531)."""

import base64
import binascii
import re
from dataclasses import dataclass

_PATH = re.compile(r"\s*<(?P<path>[^<>\x00-\x1f]*)>(?P<rest>(?:\s.*)?)\Z", re.DOTALL)
_BARE_PATH = re.compile(r"\s*(?P<path>[^\s<>\x00-\x1f]+)(?P<rest>(?:\s.*)?)\Z", re.DOTALL)
_SOURCE_ROUTE = re.compile(r"@[^:]*:")  # RFC 5321 §4.1.2: to be ignored


class SyntaxWrong(Exception):
    """The command isn't written as the standard says."""


@dataclass(frozen=True, slots=True)
class Command:
    verb: str
    argument: str


@dataclass(frozen=True, slots=True)
class PathArgument:
    """The address of MAIL FROM or RCPT TO, with its parameters (keys in upper case)."""

    address: str
    parameters: dict[str, str]


def read_command(line: bytes) -> Command:
    """Split a line. Raises `SyntaxWrong` for bytes that are no UTF-8 (RFC 6531 §3.2)."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise SyntaxWrong from problem
    verb, _, argument = text.strip().partition(" ")
    return Command(verb.upper(), argument.strip())


def read_path(argument: str, keyword: str) -> PathArgument:
    """Read ``FROM:<address> KEY=value …``. Raises `SyntaxWrong`."""
    if not argument[: len(keyword) + 1].upper() == f"{keyword}:":
        raise SyntaxWrong
    rest = argument[len(keyword) + 1 :]
    match = _PATH.match(rest) or _BARE_PATH.match(rest)
    if match is None:
        raise SyntaxWrong
    parameters: dict[str, str] = {}
    for word in match["rest"].split():
        key, _, value = word.partition("=")
        if key.upper() in parameters:
            raise SyntaxWrong
        parameters[key.upper()] = value
    return PathArgument(_SOURCE_ROUTE.sub("", match["path"], count=1), parameters)


def read_base64(text: str) -> str:
    """Decode a SASL response (RFC 4954 §4). Raises `SyntaxWrong`."""
    if text == "=":
        return ""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError) as problem:
        raise SyntaxWrong from problem


def read_plain_response(text: str) -> tuple[str, str]:
    """Read user name and password of SASL PLAIN (RFC 4616 §2). Raises `SyntaxWrong`.

    An authorization identity may stand in front only where it is the same person.
    """
    parts = read_base64(text).split("\0")
    if len(parts) != 3 or parts[0] not in {"", parts[1]}:
        raise SyntaxWrong
    return parts[1], parts[2]
