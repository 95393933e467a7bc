"""Reads a JSON body into its type, and says what was wrong with it in words and a JSON pointer."""

import re
from typing import TypeVar

import msgspec

from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

Wanted = TypeVar("Wanted")

_JSON_TYPES = re.compile(r"application/(?:json|[a-z0-9.+-]+\+json)(?:;\s*charset=\"?utf-8\"?)?")
_PLACE = re.compile(r" - at `\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_EXPECTED = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
_LONGEST_ECHO = 60


async def read_json(request: WebRequest, decoder: msgspec.json.Decoder[Wanted]) -> Wanted:
    """Read the body. The route's ``request_max_body_size`` bounds it; 415, 400 or 422 refuse it."""
    kind = request.headers.get("content-type", "").strip().lower()
    if not _JSON_TYPES.fullmatch(kind) or request.headers.get("content-encoding"):
        raise Refusal(
            415,
            "not-json",
            _(
                "Send the request as JSON in UTF-8, with the header"
                " “Content-Type: application/json”."
            ),
            title=_("JSON is needed"),
            headers={"Accept-Post": "application/json"},
        )
    body = bytearray()
    taken = web_context(request).taken
    taken.grow_to(request.content_length or 0)
    async for piece in request.stream():
        taken.grow_to(len(body) + len(piece))
        body += piece
    return decoded(body, decoder)


def decoded(body: bytes | bytearray | msgspec.Raw, decoder: msgspec.json.Decoder[Wanted]) -> Wanted:
    """Decode JSON into its type, or refuse it."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _wrong_shape(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(
            400, "not-json", _("The body isn’t JSON. Check its commas, quotes and brackets.")
        ) from None


def _wrong_shape(told: str) -> Refusal:
    """Turn msgspec's message into a fault of one field; it repeats no value that was sent."""
    place = _PLACE.search(told)
    pointer = "" if place is None else _pointer(place[1])
    what = told if place is None else told[: place.start()]
    if missing := _MISSING.match(what):
        fault = FieldFault(f"{pointer}/{missing[1]}", _("This field is missing."), "missing")
    elif unknown := _UNKNOWN.match(what):
        name = unknown[1][:_LONGEST_ECHO].replace("~", "~0").replace("/", "~1")
        fault = FieldFault(f"{pointer}/{name}", _("There is no such field."), "unknown")
    elif "base64" in what:
        fault = FieldFault(pointer, _("This isn’t base64 (RFC 4648 §4)."), "not_base64")
    elif expected := _EXPECTED.match(what):
        fault = FieldFault(pointer, _expected(expected[1], expected[2]), "wrong_type")
    else:
        fault = FieldFault(pointer, _("This value can’t be used here."), "wrong_value")
    return faulty(fault)


def faulty(*faults: FieldFault) -> Refusal:
    """Refuse a request whose fields can't all be used; nothing was done."""
    return Refusal(
        422,
        "invalid-request",
        faults[0].sentence
        if len(faults) == 1 and faults[0].field == ""
        else _("Some of the request can’t be used. See “errors”. Nothing was sent."),
        title=_("We could not use that request"),
        faults=faults,
    )


def _pointer(place: str) -> str:
    """Turn ``.attachments[0].content`` into ``/attachments/0/content`` (RFC 6901)."""
    return "".join(f"/{step[1] or step[2]}" for step in _STEP.finditer(place))


def _expected(wanted: str, got: str | None) -> str:
    names = {
        "str": _("text"),
        "array": _("a list"),
        "object": _("an object"),
        "int": _("a number"),
        "float": _("a number"),
        "bool": _("true or false"),
        "null": _("null"),
    }
    kinds = [names.get(part.strip(), part.strip()) for part in wanted.split("|")]
    words = _(" or ").join(kinds)
    if got in names:
        return _("This must be %(wanted)s, not %(got)s.") % {"wanted": words, "got": names[got]}
    return _("This must be %(wanted)s.") % {"wanted": words}
