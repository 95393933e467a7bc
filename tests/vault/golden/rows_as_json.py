"""Writes and reads the golden files: records as JSON, bytes as hexadecimal."""

import enum
import types
import uuid
from dataclasses import fields, is_dataclass
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from licorne.domain.sealing.records import SlotReference


def to_json(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case uuid.UUID() | SlotReference():
            return str(value)
        case enum.Enum():
            return value.value
        case tuple() | list():
            return [to_json(item) for item in value]
        case dict():
            return {key: to_json(item) for key, item in value.items()}
        case _ if is_dataclass(value):
            return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value


def from_json(kind: Any, value: Any) -> Any:
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if get_origin(kind) in {Union, types.UnionType}:
        if value is None:
            return None
        (kind,) = (option for option in get_args(kind) if option is not types.NoneType)
        return from_json(kind, value)
    if kind is bytes:
        return bytes.fromhex(value)
    if kind is SlotReference:
        return SlotReference.parse(value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: from_json(hints[name], item) for name, item in value.items()})
    return kind(value)
