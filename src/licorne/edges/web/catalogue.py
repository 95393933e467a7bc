"""What is there to be translated, where it stands, and what a catalogue lacks of it.

Sentences are read out of the program as it is installed: calls of ``_``, ``ngettext`` and their
marks in the core (`domain/translatable.py`), in Python by its own grammar, in templates by theirs.
"""

import ast
import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from licorne.domain.identity.language import Language
from licorne.edges.web.language import catalogue_path

PACKAGE = Path(__file__).parents[2]
Key: TypeAlias = str | tuple[str, str]  # a sentence, or its singular and plural

# How many of a call's first arguments are sentences.
_MARKS = {
    "_": 1,
    "gettext": 1,
    "ngettext": 2,
    "translatable": 1,
    "Sentence": 1,
    "translatable_plural": 2,
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
_HEADER = """\
# {own_name}: what Licorne says to people. docs/translating.md tells how to work on it.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {code}\\n"
"Plural-Forms: {plural_forms}\\n"

"""


class Fault(enum.StrEnum):
    UNREADABLE = "unreadable"  # in the program: no literal, so no catalogue can have it
    UNTRANSLATED = "untranslated"
    FUZZY = "fuzzy"  # marked as a guess: not shown until somebody takes the mark away
    PLACEHOLDERS = "placeholders"  # other ones than the English has
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """``place`` is file:line within the package, or the catalogue's own."""

    fault: Fault
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """Every sentence with the first place where it stands, and the calls that hold none."""

    sentences: Mapping[Key, str]
    unreadable: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    line: int
    arguments: tuple[str | None, ...]  # None: not a literal
    is_composed: bool  # put together on the spot, so no sentence of the core either


@cache
def extract(package: Path = PACKAGE) -> Extracted:
    """Read all sentences out of the program's files (some seconds)."""
    sentences: dict[Key, str] = {}
    unreadable: list[Finding] = []
    for path in sorted([*package.rglob("*.py"), *package.rglob("templates/*.html")]):
        source = path.read_text(encoding="utf-8")
        calls = _python_calls(source) if path.suffix == ".py" else _template_calls(source)
        for call in calls:
            place = f"{path.relative_to(package).as_posix()}:{call.line}"
            key = _key(call)
            if key is not None:
                sentences.setdefault(key, place)
            elif call.is_composed or path.suffix == ".html":
                unreadable.append(Finding(Fault.UNREADABLE, place, ""))
    return Extracted(sentences, tuple(unreadable))


def _key(call: _Call) -> Key | None:
    match call.arguments:
        case (str() as sentence,):
            return sentence
        case (str() as singular, str() as plural):
            return singular, plural
        case _:
            return None


def _python_calls(source: str) -> Iterator[_Call]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        wanted = _MARKS.get(name, 0)
        if wanted and len(node.args) >= wanted:
            given = node.args[:wanted]
            yield _Call(
                node.lineno,
                tuple(
                    one.value
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    else None
                    for one in given
                ),
                any(isinstance(one, ast.JoinedStr | ast.BinOp | ast.IfExp) for one in given),
            )


def _template_calls(source: str) -> Iterator[_Call]:
    for node in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        wanted = _MARKS.get(node.node.name, 0) if isinstance(node.node, nodes.Name) else 0
        if wanted:
            yield _Call(
                node.lineno,
                tuple(
                    one.value
                    if isinstance(one, nodes.Const) and isinstance(one.value, str)
                    else None
                    for one in node.args[:wanted]
                ),
                is_composed=True,
            )


def read_catalogue(language: Language) -> Catalog:
    """Read a language's catalogue; an empty one where there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language.value)
    with path.open("rb") as file:
        return read_po(file, locale=language.value)


def examine(language: Language, extracted: Extracted) -> Iterator[Finding]:
    """Compare a catalogue with what is there to be translated."""
    catalogue = read_catalogue(language)
    known = {_key_of(message): message for message in catalogue if message.id}
    for key, place in extracted.sentences.items():
        sentence = key if isinstance(key, str) else key[0]
        message = known.pop(key, None)
        if message is None or not all(_forms(message)):
            yield Finding(Fault.UNTRANSLATED, place, sentence)
        elif message.fuzzy:
            yield Finding(Fault.FUZZY, place, sentence)
        elif not _placeholders_agree(key, message):
            yield Finding(Fault.PLACEHOLDERS, place, sentence)
    own = catalogue_path(language).name
    for message in known.values():
        yield Finding(Fault.UNUSED, f"{language.value}/{own}:{message.lineno}", _id(message))


def renew(language: Language, extracted: Extracted) -> None:
    """Write a language's catalogue anew: what is missing, empty; what is unused, gone."""
    earlier = {_key_of(message): message for message in read_catalogue(language) if message.id}
    renewed = Catalog(locale=language.value)
    for key in extracted.sentences:
        message = earlier.get(key)
        renewed.add(
            key,
            message.string if message else None,
            flags=message.flags if message else (),
            user_comments=message.user_comments if message else (),
        )
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        head = _HEADER.format(
            own_name=language.own_name, code=language.value, plural_forms=renewed.plural_forms
        )
        file.write(head.encode())
        write_po(file, renewed, width=100, no_location=True, omit_header=True, sort_output=True)


def _key_of(message: Message) -> Key:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _placeholders_agree(key: Key, message: Message) -> bool:
    """Say whether every form fills in what the English does; a count may be said in words."""
    english = key if isinstance(key, str) else key[1]
    wanted = set(_PLACEHOLDER.findall(english))
    counts = (
        {one for one in wanted if one.startswith("%(num)")} if isinstance(key, tuple) else set()
    )
    return all(
        wanted - counts <= set(_PLACEHOLDER.findall(form)) <= wanted for form in _forms(message)
    )
