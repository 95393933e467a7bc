"""HTML → text that reads well where a mail came without a text of its own."""

import re

from licorne.domain.message.content import MAX_TEXT_CHARACTERS
from licorne.edges.submission.mime.limits import MAX_HTML_TOKENS
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused
from licorne.edges.web.html_tokens import EndTag, StartTag, Text, read_html

_BLOCKS = frozenset({
    "address", "article", "aside", "body", "center", "div", "dd", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "header", "html", "li", "main", "nav", "section", "table", "tr",
})  # fmt: skip
_SPACED_BLOCKS = frozenset({
    "blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_WHITE = re.compile(r"[ \t\r\n\f]+")
_SHOWN_LINKS = ("https://", "http://")
_LONGEST_SHOWN_LINK = 500


def html_to_text(source: str) -> str:
    """Derive text: blocks become lines, items get a dash, links show where they lead.

    Raises `SubmissionRefused` for more tags than any mail program makes.
    """
    writer = _Writer()
    for count, token in enumerate(read_html(source)):
        if count > MAX_HTML_TOKENS:
            raise SubmissionRefused.because(RefusalReason.TOO_COMPLEX)
        if isinstance(token, Text):
            writer.write(token.text)
        elif isinstance(token, StartTag):
            writer.open(token)
        elif isinstance(token, EndTag):
            writer.close(token.name)
        if writer.is_full:
            break
    return writer.text()


class _Writer:
    """Collects text; white space and line ends are settled when the next word comes."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._line_ends = 0  # owed before the next text
        self._space = False  # owed before the next text
        self._preformatted = 0
        self._link: str | None = None
        self._link_begins_at = 0

    @property
    def is_full(self) -> bool:
        return self._length > MAX_TEXT_CHARACTERS

    def text(self) -> str:
        return "".join(self._pieces).strip()

    def open(self, tag: StartTag) -> None:
        name = tag.name
        if name == "br":
            self._put("\n")
            self._space = False
        elif name == "hr":
            self._break(1)
            self.write("---")
            self._break(1)
        elif name == "a":
            self._link = dict(tag.attributes()).get("href")
            self._link_begins_at = len(self._pieces)
        elif name == "img":
            label = dict(tag.attributes()).get("alt", "").strip()
            if label:
                self.write(f"[{label}]")
        elif name in _CELLS:
            self._space = True
        else:
            self._break_around(name)
        if name == "li":
            self.write("- ")
        elif name == "pre":
            self._preformatted += 1

    def close(self, name: str) -> None:
        if name == "a":
            self._close_link()
        elif name == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        self._break_around(name)

    def write(self, text: str) -> None:
        text = text.replace("\xa0", " ")
        if self._preformatted:
            self._put(text)
            return
        begins, ends = text[:1].isspace(), text[-1:].isspace()
        words = _WHITE.sub(" ", text).strip(" ")
        if words:
            self._space = self._space or begins
            self._put(words)
            self._space = ends
        else:
            self._space = self._space or begins

    def _put(self, text: str) -> None:
        if self._line_ends and self._pieces:
            self._pieces.append("\n" * self._line_ends)
            self._space = False
        elif self._space and text != "\n" and not self._at_line_start():
            self._pieces.append(" ")
        self._line_ends, self._space = 0, False
        self._pieces.append(text)
        self._length += len(text)

    def _at_line_start(self) -> bool:
        return not self._pieces or self._pieces[-1].endswith(("\n", " "))

    def _break(self, line_ends: int) -> None:
        self._line_ends = max(self._line_ends, line_ends)
        self._space = False

    def _break_around(self, name: str) -> None:
        if name in _SPACED_BLOCKS:
            self._break(2)
        elif name in _BLOCKS:
            self._break(1)

    def _close_link(self) -> None:
        link, self._link = (self._link or "").strip(), None
        if not link.startswith(_SHOWN_LINKS) or len(link) > _LONGEST_SHOWN_LINK:
            return
        label = "".join(self._pieces[self._link_begins_at :]).strip()
        if label and label.rstrip("/") not in {
            link.rstrip("/"),
            link.partition("://")[2].rstrip("/"),
        }:
            self.write(f" ({link})")
