"""A carrier's table of the settings file, read value by value; each mistake is a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

DEFAULT_TIMEOUT = 20.0
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonPath: TypeAlias = tuple[str, ...]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class CarrierSettingsWrong(Exception):
    """``sentence`` says which setting is wrong and what is expected; it repeats no value."""

    def __init__(self, carrier: str, sentence: str) -> None:
        super().__init__(f"carrier {carrier}: {sentence}")
        self.sentence = f"Settings of the carrier {carrier}: {sentence}"


@dataclass(frozen=True, slots=True)
class SettingsTable:
    """One table; ``known`` are the settings that it may have."""

    carrier: str
    table: Mapping[str, Json] = field(repr=False)
    known: frozenset[str]

    def __post_init__(self) -> None:
        if unknown := self.table.keys() - self.known:
            raise self.wrong(
                f"unknown setting {min(unknown)}; known: {', '.join(sorted(self.known))}"
            )

    def wrong(self, sentence: str) -> CarrierSettingsWrong:
        return CarrierSettingsWrong(self.carrier, sentence)

    def secret_in(self, path: str) -> str:
        """Read a secret's file; its last line end isn't part of it."""
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise self.wrong(f"the file {path} can't be read") from None
        if not secret:
            raise self.wrong(f"the file {path} is empty")
        return secret

    def text(self, key: str) -> str | None:
        value = self.table.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{key} must be a text")
        return value

    def texts(self, key: str) -> Mapping[str, str]:
        value = self.table.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table of texts")
        texts = {name: text for name, text in value.items() if isinstance(text, str)}
        if len(texts) != len(value):
            raise self.wrong(f"{key} must be a table of texts")
        return MappingProxyType(texts)

    def words(self, key: str) -> frozenset[str]:
        value = self.table.get(key)
        if value is None:
            return frozenset()
        if not isinstance(value, list):
            raise self.wrong(f"{key} must be a list")
        return frozenset(str(entry) for entry in value)

    def statuses(self, key: str) -> frozenset[int] | None:
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.wrong(f"{key} must be a list of HTTP statuses")
        statuses = frozenset(entry for entry in value if isinstance(entry, int))
        if len(statuses) != len(value):
            raise self.wrong(f"{key} must be a list of HTTP statuses")
        return statuses

    def number(self, key: str, otherwise: float) -> float:
        value = self.table.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 25:
            raise self.wrong(f"{key} must be a number of seconds, at most 25")
        return float(value)

    def whole(self, key: str, otherwise: int, most: int) -> int:
        value = self.table.get(key, otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise self.wrong(f"{key} must be a whole number from 1 to {most}")
        return value

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false")
        return value

    def path(self, key: str) -> JsonPath | None:
        value = self.text(key)
        return tuple(value.split(".")) if value else None

    def needed(self, key: str, example: str) -> str:
        """Give a text that must be there; ``example`` shows what one looks like."""
        value = self.text(key)
        if not value:
            raise self.wrong(f"{key} is missing; it looks like {example}")
        return value

    def secret(self, key: str, what: str) -> str:
        """Read the secret whose file ``key`` names."""
        path = self.text(key)
        if not path:
            raise self.wrong(f"{key} is missing: the path of a file with {what}")
        return self.secret_in(path)

    def safe_url(self, key: str, otherwise: str) -> str:
        """Give an address whose traffic nobody on the way can read, without a slash at its end."""
        url = self.text(key) or otherwise
        parts = urlsplit(url)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not is_safe or not parts.netloc:
            raise self.wrong(f"{key} must begin with https:// (http:// on this machine only)")
        return url.rstrip("/")
