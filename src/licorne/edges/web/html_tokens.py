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

_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>\x00]{0,50}+)")
# A quote counts only behind "="; one that is never closed is an ordinary character.
_TAG_END = re.compile(r"""(?:[^=>]++|=\s*+(?:"[^"]*+"|'[^']*+')?)*+>""")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]*+)))?"""
)
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
        for match in _ATTRIBUTE.finditer(self.source):
            name = match[1].lower()
            if name not in seen:
                seen.add(name)
                yield name, html.unescape(match[2] or match[3] or match[4] or "")
            if len(seen) >= _MOST_ATTRIBUTES:
                return


@dataclass(frozen=True, slots=True)
class EndTag:
    """An end tag: its name in lower case."""

    name: str


def read_html(source: str) -> Iterator[Text | StartTag | EndTag]:
    """Tokenize; comments, declarations and the insides of scripts and styles are left out."""
    position = 0
    while position < len(source):
        opening = source.find("<", position)
        if opening < 0:
            yield Text(html.unescape(source[position:]))
            return
        if opening > position:
            yield Text(html.unescape(source[position:opening]))
        name = _TAG_NAME.match(source, opening)
        if name is None:
            if source[opening + 1 : opening + 2] in {"!", "?", "/"}:
                position = _behind_comment(source, opening)
            else:
                yield Text("<")
                position = opening + 1
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
