"""HTML from anywhere → allowed tags only, every one closed, none too deep; in linear time.

Not the defence against scripts (that is nh3, which comes after); the defence against HTML that is
built to keep a parser busy. Text is never lost: only tags are.
"""

import html
from collections.abc import Callable, Iterable

from licorne.edges.web.attribute_cleaning import clean_attribute
from licorne.edges.web.html_tokens import EndTag, StartTag, Text, read_html

MAX_TAGS = 20_000
MAX_REFERENCES = 20_000  # each "&amp;" costs the parser a copy of the text before it
MAX_DEPTH = 200
MAX_FORMATTING_DEPTH = 40  # the parser repeats open formatting in each following block

_FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
_VOID = frozenset({"br", "col", "hr", "img"})
_TABLE_PARTS = frozenset(
    {"caption", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
ALLOWED_TAGS = _FORMATTING | _VOID | _TABLE_PARTS | {
    "abbr", "address", "article", "aside", "bdi", "bdo", "blockquote", "center", "cite", "dd",
    "del", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "samp", "section", "span",
    "sub", "sup", "ul", "var",
}  # fmt: skip
# HTML standard §13.1.2.4: which open element ends when one of these begins.
_CELLS, _ROW_GROUPS = frozenset({"td", "th"}), frozenset({"tbody", "tfoot", "thead"})
_ENDED_BY = {
    "a": frozenset({"a"}),
    "dd": frozenset({"dd", "dt"}),
    "dt": frozenset({"dd", "dt"}),
    "li": frozenset({"li"}),
    "td": _CELLS,
    "th": _CELLS,
    "tr": _CELLS | {"tr"},
    **dict.fromkeys(_ROW_GROUPS, _CELLS | _ROW_GROUPS | {"tr"}),
}
_ENDS_PARAGRAPH = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p",
    "pre", "section", "table", "ul",
})  # fmt: skip
# Nothing looks for its open element beyond one of these.
_TABLE_BARRIER = frozenset({"table"})
_CELL_BARRIER = frozenset({"table", "td", "th", "caption"})
_BARRIERS = {
    "a": _CELL_BARRIER,
    "li": frozenset({"ol", "ul", "table", "td", "th"}),
    "dd": frozenset({"dl", "table", "td", "th"}),
    "dt": frozenset({"dl", "table", "td", "th"}),
}


class TooComplexError(Exception):
    """More tags or deeper nesting than any mail program makes."""


def balance(source: str, is_known_image: Callable[[str], bool]) -> str:
    """Rewrite the source; an image that isn't of this message becomes its alternative text.

    Raises `TooComplexError`.
    """
    writer = _BalancedWriter(is_known_image)
    for token in read_html(source):
        if isinstance(token, Text):
            writer.write(token.text)
        elif isinstance(token, StartTag):
            writer.open(token)
        elif isinstance(token, EndTag):
            writer.close(token.name)
    return writer.finish()


class _BalancedWriter:
    """Writes tags and remembers which are open."""

    def __init__(self, is_known_image: Callable[[str], bool]) -> None:
        self._is_known_image = is_known_image
        self._pieces: list[str] = []
        self._open: list[str] = []
        self._tags = 0
        self._references = 0
        self._formatting_depth = 0

    def write(self, text: str) -> None:
        self._append(html.escape(text.replace("\x00", ""), quote=False))

    def open(self, tag: StartTag) -> None:
        self._count_tag()
        if tag.name not in ALLOWED_TAGS:
            return
        if tag.name == "img":
            self._write_image(tag)
            return
        if tag.name in _ENDS_PARAGRAPH and self._open[-1:] == ["p"]:
            self._pop()
        if tag.name in _ENDED_BY:
            barrier = _BARRIERS.get(tag.name, _TABLE_BARRIER)
            self._close_down_to(_ENDED_BY[tag.name], barrier, outermost=tag.name not in _BARRIERS)
        self._append(_start_tag(tag.name, tag.attributes()))
        if tag.name not in _VOID:
            self._push(tag.name)

    def close(self, name: str) -> None:
        self._count_tag()
        if name in ALLOWED_TAGS and name not in _VOID:
            barrier = _TABLE_BARRIER if name in _TABLE_PARTS else _CELL_BARRIER
            self._close_down_to(frozenset({name}), barrier - {name})

    def finish(self) -> str:
        while self._open:
            self._pop()
        return "".join(self._pieces)

    def _append(self, piece: str) -> None:
        self._references += piece.count("&")
        if self._references > MAX_REFERENCES:
            raise TooComplexError
        self._pieces.append(piece)

    def _write_image(self, tag: StartTag) -> None:
        attributes = dict(tag.attributes())
        if self._is_known_image(attributes.get("src", "")):
            source = html.escape(attributes["src"].strip())
            tag_without_source = _start_tag("img", attributes.items())
            self._append(f'{tag_without_source[:-1]} src="{source}">')
        elif attributes.get("alt", "").strip():
            self.write(f"[{attributes['alt'].strip()}]")

    def _close_down_to(
        self, names: frozenset[str], barrier: frozenset[str], *, outermost: bool = False
    ) -> None:
        """Close the innermost (or outermost) open element of these, if no barrier is in between."""
        found = None
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] in names:
                found = index
                if not outermost:
                    break
            elif self._open[index] in barrier:
                break
        if found is not None:
            while len(self._open) > found:
                self._pop()

    def _push(self, name: str) -> None:
        self._open.append(name)
        self._formatting_depth += name in _FORMATTING
        if len(self._open) > MAX_DEPTH or self._formatting_depth > MAX_FORMATTING_DEPTH:
            raise TooComplexError

    def _pop(self) -> None:
        name = self._open.pop()
        self._formatting_depth -= name in _FORMATTING
        self._pieces.append(f"</{name}>")

    def _count_tag(self) -> None:
        self._tags += 1
        if self._tags > MAX_TAGS:
            raise TooComplexError


def _start_tag(name: str, attributes: Iterable[tuple[str, str]]) -> str:
    pieces = [f"<{name}"]
    for attribute, value in attributes:
        kept = clean_attribute(name, attribute, value)
        if kept is not None:
            pieces.append(f' {attribute}="{html.escape(kept)}"')
    return "".join(pieces) + ">"
