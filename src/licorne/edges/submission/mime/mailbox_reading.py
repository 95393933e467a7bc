"""The mailboxes of an address header (RFC 5322 §3.4), read before anything in it is decoded.

Decoding first would let an encoded display name add addresses of its own.
"""

import re
from collections.abc import Iterator

# A quoted string, a domain literal, a run of ordinary characters, or one special character.
_LEXEME = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*+"|\[[^\]\\]*+\]|[^"\[<>(),;:\\]++)|(?P<special>[<>(),;:])',
    re.DOTALL,
)
# What nearly every program writes: one address with or without a name, nothing to puzzle over.
_PLAIN = re.compile(
    r'(?:(?:"[^"\\]*+"|[^"<>()\[\],;:@\\]*+)\s*+<([^\s"<>()\[\],;:@\\]++@[^\s"<>()\[\],;:@\\]++)>'
    r'|([^\s"<>()\[\],;:@\\]++@[^\s"<>()\[\],;:@\\]++))\s*+'
)
_COMMENT_END = re.compile(r"[^()\\]*+(?:\\.[^()\\]*+)*+([()])", re.DOTALL)


class AddressUnreadable(ValueError):
    """The header is not a list of addresses."""


def read_mailboxes(value: str) -> list[str]:
    """List the bare addresses (`local@domain`); groups are flattened, comments dropped.

    Raises `AddressUnreadable` for unbalanced quotes, brackets or comments and for text that is no
    address. Cost grows with the length only.
    """
    plain = _PLAIN.fullmatch(value)
    if plain is not None:
        return [plain[1] or plain[2]]
    addresses: list[str] = []
    outside: list[str] = []
    inside: list[str] | None = None
    in_brackets = False
    for lexeme in _lexemes(value):
        if in_brackets and lexeme == ">":
            in_brackets = False
        elif in_brackets and inside is not None and lexeme != "<":
            inside.append(lexeme)
        elif lexeme == "<" and inside is None:
            inside, in_brackets = [], True
        elif lexeme in "<>":
            raise AddressUnreadable
        elif lexeme in ",;":
            addresses += _finished(outside, inside)
            outside, inside = [], None
        elif lexeme == ":":
            outside = []  # what stood before was the name of a group
        elif inside is None:
            outside.append(lexeme)
    if in_brackets:
        raise AddressUnreadable
    return addresses + _finished(outside, inside)


def _finished(outside: list[str], inside: list[str] | None) -> list[str]:
    if inside is None:
        text = "".join(outside).strip(" \t")
        return [_address(text)] if text else []
    text = "".join(inside).strip(" \t")
    # RFC 5322 §4.4: an obsolete route, <@relay:local@domain>
    return [_address(text.partition(":")[2] if text.startswith("@") else text)]


def _address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    quoted = len(local) > 1 and local[0] == local[-1] == '"'
    if not at or not local or not domain or re.search(r'[\s"]', domain):
        raise AddressUnreadable
    if not quoted and re.search(r'[\s"@]', local):
        raise AddressUnreadable
    return text


def _lexemes(value: str) -> Iterator[str]:
    position = 0
    while position < len(value):
        match = _LEXEME.match(value, position)
        if match is None:  # a quote or bracket without its other end, or a stray backslash
            raise AddressUnreadable
        position = match.end()
        if match["special"] == "(":
            position = _behind_comment(value, position)
        else:
            yield match[0]


def _behind_comment(value: str, position: int) -> int:
    depth = 1
    while depth:
        match = _COMMENT_END.match(value, position)
        if match is None:
            raise AddressUnreadable
        depth += 1 if match[1] == "(" else -1
        position = match.end()
    return position
