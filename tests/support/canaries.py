"""Words that must be found nowhere but where they belong, in whatever form they might lie about."""

import base64
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def canary(kind: str) -> str:
    """Make a word that stands nowhere else; its kind says what leaked."""
    return f"canary-{kind}-{secrets.token_hex(8)}"


def forms_of(word: str) -> dict[str, bytes]:
    """Give the forms in which a word would lie in a file, a log or a database."""
    plain = word.encode()
    return {
        "plain": plain,
        "upper case": word.upper().encode(),
        "UTF-16": word.encode("utf-16-le"),
        "hexadecimal": plain.hex().encode(),
        "percent-encoded": quote(word, safe="").encode(),
        **{f"base64 at {shift}": _base64(plain, shift) for shift in range(3)},
    }


def _base64(plain: bytes, shift: int) -> bytes:
    """Give the letters of base64 that are the same whatever stands around the word."""
    whole = base64.b64encode(bytes(shift) + plain + bytes(3))
    first = (shift * 8 + 5) // 6
    last = (shift + len(plain)) * 8 // 6
    return whole[first:last]


def phone_forms(e164: str) -> dict[str, bytes]:
    digits = e164.removeprefix("+1")
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    spelled = (digits, f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}")
    return {f"{name} {text}": form for text in spelled for name, form in forms_of(text).items()}


def found(haystack: bytes, words: Iterable[str], numbers: Iterable[str] = ()) -> list[str]:
    """Name each word and the form in which it stands there."""
    forms = [(word, forms_of(word)) for word in words]
    forms += [(number, phone_forms(number)) for number in numbers]
    return [
        f"{word} ({name})"
        for word, wanted in forms
        for name, form in wanted.items()
        if form in haystack
    ]


def files_below(folder: Path, *but: str) -> Iterator[Path]:
    """List every file, those in folders named ``but`` excepted."""
    left_out = re.compile("|".join(f"^{re.escape(one)}(/|$)" for one in but)) if but else None
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder).as_posix()
        if (
            path.is_file()
            and not path.is_symlink()
            and not (left_out and left_out.search(relative))
        ):
            yield path
