"""HTML → a stream of text, start tags and end tags, in linear time.

For making text of HTML and for a first pass before it is cleaned. Follows the HTML standard's
tokenizer (§13.2.5) where it matters to what a person sees: quotes hide `>`, comments and raw text
end where a browser ends them, what is never closed swallows the rest. The standard library's
parser looks for the end of each unclosed construct again and again: 50 KB of `<!--` take seconds.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_OPENING = re.compile(r"<(?=[A-Za-z!?/])")  # any other "<" is text
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>\x00]{0,50}+)")
# A quote counts only behind "="; one that is never closed is an ordinary character.
_TAG_END = re.compile(r"""(?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')?)*+>""")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?"""
)
_ENDLESS_REFERENCE = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")
_RAW_TEXT = frozenset({
    "iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp",
})  # fmt: skip
_RAW_TEXT_END = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in sorted(_RAW_TEXT)
}
_MOST_ATTRIBUTES = 100


@dataclass(frozen=True, slots=True)
class Text:
    """Text between tags, character references resolved."""

    text: str


@dataclass(frozen=True, slots=True)
class StartTag:
    """A start tag: its name in lower case and its attributes, still unread."""

    name: str
    source: str

    def attributes(self) -> Iterator[tuple[str, str]]:
        """Names in lower case and values with references resolved; the first of a name counts."""
        seen: set[str] = set()
        for match in islice(_ATTRIBUTE.finditer(self.source), _MOST_ATTRIBUTES):
            name = match[1].lower()
            if name not in seen:
                seen.add(name)
                yield name, _unescape(match[2] or match[3] or match[4] or "")


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag: its name in lower case."""

    name: str


def read_html(source: str) -> Iterator[Text | StartTag | EndTag]:
    """Tokenize; comments, declarations and the insides of scripts and styles are left out."""
    position = 0
    while position < len(source):
        found = _OPENING.search(source, position)
        opening = found.start() if found else len(source)
        if opening > position:
            yield Text(_unescape(source[position:opening]))
        if found is None:
            return
        name = _TAG_NAME.match(source, opening)
        if name is None:
            position = _behind_comment(source, opening)
            continue
        end = _TAG_END.match(source, name.end())
        if end is None:
            return  # the file ends inside a tag
        position = end.end()
        if source[opening + 1] == "/":
            yield EndTag(name[1].lower())
            continue
        tag = StartTag(name[1].lower(), source[name.end() : position - 1])
        yield tag
        if tag.name == "plaintext":
            return
        if tag.name in _RAW_TEXT:
            closing = _RAW_TEXT_END[tag.name].search(source, position)
            if closing is None:
                return
            position = closing.start()


def _unescape(text: str) -> str:
    """Resolve references; a number of thousands of digits is one that Python refuses to read."""
    if "&#" in text:
        text = _ENDLESS_REFERENCE.sub("\ufffd", text)
    return html.unescape(text) if "&" in text else text


def _behind_comment(source: str, opening: int) -> int:
    """Where a comment, or what the standard treats as one, is over."""
    if not source.startswith("<!--", opening):
        end = source.find(">", opening)
        return end + 1 if end >= 0 else len(source)
    for empty in ("<!-->", "<!--->"):
        if source.startswith(empty, opening):
            return opening + len(empty)
    end = source.find("-->", opening + 4)
    return end + 3 if end >= 0 else len(source)
