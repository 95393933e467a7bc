"""A type's fields as rows of a table, read from its own JSON Schema."""

from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    is_required: bool
    description: str


def fields_of(described: type[msgspec.Struct]) -> tuple[Field, ...]:
    """List the fields of a struct that are described by `msgspec.Meta`."""
    schema = msgspec.json.schema(described)["$defs"][described.__name__]
    required = frozenset(schema.get("required", ()))
    return tuple(
        Field(name, _kind(field), name in required, field.get("description", ""))
        for name, field in schema["properties"].items()
    )


_WORDS = {"string": "text", "array": "list", "integer": "number", "null": "null"}


def _kind(field: dict[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_kind(one) for one in field["anyOf"])
    if "$ref" in field:
        return "object"
    if field.get("contentEncoding") == "base64":
        return "base64"
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    kind: str = field.get("type", "any")
    return _WORDS.get(kind, kind)
