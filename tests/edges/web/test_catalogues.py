"""What people read is in every language's catalogue, and everything they read can be."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from licorne.domain.identity.language import Language
from licorne.edges.web import catalogue, language
from licorne.edges.web.catalogue import PACKAGE, Fault, examine, extract, read_catalogue, renew
from licorne.edges.web.language import SOURCE_LANGUAGE
from licorne.wiring.main import main

TRANSLATED = [one for one in Language if one is not SOURCE_LANGUAGE]
# Names, and what is printed on keys.
NOT_WORDS = {"Licorne", "Ctrl", "Enter"}


@pytest.mark.parametrize("wanted", TRANSLATED)
def test_a_catalogue_has_everything_and_nothing_else_with_the_same_placeholders(wanted: Language):
    assert [str(one) for one in examine(wanted, extract())] == []


def test_every_call_for_a_translation_holds_a_sentence():
    extracted = extract()
    assert extracted.unreadable == ()
    assert len(extracted.sentences) > 1000


@pytest.mark.parametrize("wanted", TRANSLATED)
def test_a_translation_begins_and_ends_as_the_english_does(wanted: Language):
    """Spaces at the ends, and whether it is a sentence: an open end shows when they are joined."""
    for message in read_catalogue(wanted):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        for english, said in zip(ids, strings, strict=True):
            assert english[:1].isspace() == said[:1].isspace(), said
            assert english[-1:].isspace() == said[-1:].isspace(), said
            assert (english[-1] in ".:?…") == (said[-1] in ".:?…"), said
            assert re.findall(r"https?://|@\w|`[^`]*`", english) == re.findall(
                r"https?://|@\w|`[^`]*`", said
            ), said


class Reader(HTMLParser):
    """Collects what a person would read of a template: text, and attributes that are read out."""

    READ_OUT = frozenset({"title", "placeholder", "aria-label", "alt", "data-empty"})
    SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in self.SILENT
        self.read += [value or "" for name, value in attrs if name in self.READ_OUT]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.read.append(data)


def words_of_template(source: str) -> Iterator[str]:
    """Give the words that a template says by itself: outside of what it puts in, and inside it."""
    environment = Environment(autoescape=True)
    reader = Reader()
    names_a_block, is_silent = False, False
    for _line, kind, value in environment.lex(source):
        if kind == "data" and not is_silent:
            reader.feed(value)
        elif kind == "variable_begin":
            reader.feed("·")
        elif kind == "name" and value in {"block", "endblock"}:
            names_a_block, is_silent = value == "block", False
        elif kind == "name" and names_a_block:
            names_a_block, is_silent = False, value.endswith("_class")
    for text in reader.read:
        yield from re.findall(r"[^\W\d_][\w.'’/-]*[^\W\d_]", text)
    for output in environment.parse(source).find_all(nodes.Output):
        for node in output.nodes:
            yield from _constants(node)


def _constants(node: nodes.Node) -> Iterator[str]:
    """Give the sentences that an expression shows without translating them."""
    if isinstance(node, nodes.Call) and getattr(node.node, "name", "") in {"_", "ngettext"}:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        if re.match(r"[A-Z][^\W\d_]+ ", node.value):
            yield node.value
        return
    for child in node.iter_child_nodes():
        yield from _constants(child)


def templates() -> list[Path]:
    """List them, but for the API's guide to programmers: code and field names stand in it."""
    return sorted(
        path for path in PACKAGE.glob("edges/*/templates/*.html") if path.name != "docs.html"
    )


@pytest.mark.parametrize("path", templates(), ids=lambda path: f"{path.parts[-3]}/{path.name}")
def test_no_template_holds_words_of_its_own(path: Path):
    assert set(words_of_template(path.read_text("utf-8"))) <= NOT_WORDS


def test_words_of_a_templates_own_would_be_found():
    bare = '<p title="A hint">Hello {{ name }}</p><img alt="{{ _("ok") }}">{{ "Two words" if x }}'
    assert set(words_of_template(bare)) == {"hint", "Hello", "Two words"}


# Who reads these is an operator at a terminal or in a log, or a program.
NOT_FOR_PEOPLE = ("wiring/", "edges/cli/", "edges/submission/", "adapters/", "client/", "vault/")
OF_OPERATORS = (
    "application/keeping/back",
    "application/keeping/restore.py",
    "application/keeping/verify_audit.py",
    "application/governing/act_by_command.py",
    "edges/api/openapi.py",
    "edges/api/operation.py",
    "edges/api/practice_operations.py",
    "ports/key_custody.py",
    "ports/backup_store.py",
    "ports/file_set.py",
    "store/dumps.py",
    "store/migrations/",
    "domain/notice/wording.py",  # texts in each language, each whole
    "domain/notice/text_answer.py",
)
_SENTENCE = re.compile(r"[A-Z“%][^\n]*\s[^\n]*[.?!…]\Z")
_MARKS = {"_", "gettext", "ngettext", "translatable", "translatable_plural", "Sentence"}
# Said to programmers: an exception's text, a field's description, a log line.
_SAID_TO_PROGRAMMERS = re.compile(r"\w*(Error|Exception|Meta|Answer|Operation|Parameter|Event)\Z")


def unmarked(path: Path) -> Iterator[str]:
    """Give the sentences of a module that nobody would translate."""
    tree = ast.parse(path.read_text("utf-8"))
    marked: set[int] = set()
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call)
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if is_call else ""
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or name in _MARKS or (is_call and _SAID_TO_PROGRAMMERS.match(name)):
            marked |= {id(one) for one in ast.walk(node)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in marked and _is_sentence(node.value):
            yield f"{node.lineno}: {node.value}"


def _is_sentence(text: str) -> bool:
    return _SENTENCE.match(text) is not None and "(?:" not in text


def test_every_sentence_of_the_core_and_the_pages_is_marked():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).as_posix()
        if not place.startswith(NOT_FOR_PEOPLE + OF_OPERATORS):
            sentences = list(unmarked(path))
            if sentences:
                found[place] = sentences
    assert found == {}


def test_the_command_reports_what_is_missing_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    good = read_catalogue(Language.SPANISH)
    monkeypatch.setattr(language, "CATALOGUE_FOLDER", tmp_path)
    renew(Language.SPANISH, extract())
    path = language.catalogue_path(Language.SPANISH)
    path.write_text(path.read_text("utf-8") + '\nmsgid "Nobody says this."\nmsgstr "Nadie."\n')
    assert main(["translations", "--language", "es"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("untranslated") and "web/error_wording.py:" in line and "Page not" in line
        for line in lines
    )
    assert any(line.startswith("unused") and "es/licorne.po:" in line for line in lines)
    assert lines[-1] == f"Español: {len(good)} sentences, {len(good) + 1} to look at."
    assert main(["translations", "--update"]) == 1  # what was unused is gone, the rest not there
    assert "Nobody says this." not in path.read_text("utf-8")


def test_a_guess_and_another_placeholder_are_reported(monkeypatch: pytest.MonkeyPatch):
    extracted = extract()
    good = read_catalogue(Language.SPANISH)
    good["Page not found"].flags.add("fuzzy")
    good["To: %(names)s. Until then they can’t read what was written before."].string = "A: %(n)s."
    monkeypatch.setattr(catalogue, "read_catalogue", lambda _: good)
    found = {(one.fault, one.sentence[:9]) for one in examine(Language.SPANISH, extracted)}
    assert found == {(Fault.FUZZY, "Page not "), (Fault.PLACEHOLDERS, "To: %(nam")}
