"""A correspondence on paper: one PDF of at most so many messages, made in memory.

A PDF has to be whole before its end can be written, so a long correspondence comes in volumes, and
memory stays bounded. What people wrote is set as letters only: nothing in it is taken for markup,
and no address in it is ever fetched.
"""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FONTS = Path(__file__).parent / "fonts"
PLAIN, BOLD = "DejaVuSans", "DejaVuSans-Bold"
MOST_MESSAGES, MOST_LETTERS = 200, 500_000  # in one volume
UNKNOWN = "\N{WHITE SQUARE}"  # for letters that the font hasn't
_INK, _QUIET, _LINE = "#17201f", "#55605e", "#c9d1d0"

# Its fonts are registered for the whole process, and two documents must not share them at once.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class PdfMessage:
    """What stands on paper of one message, in words for people."""

    author: str
    when: str
    text: str
    subject: str = ""
    note: str = ""  # instead of a text that can't be read
    files: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()  # that it was read, recalled


@dataclass(frozen=True, slots=True)
class PdfFrame:
    """What stands at the head of the first page, and at the foot of each ("{page}": its number)."""

    title: str
    author: str
    facts: tuple[str, ...]
    foot: str
    language: str
    files_title: str


def make_pdf(frame: PdfFrame, messages: Sequence[PdfMessage]) -> bytes:
    """Set the messages, in their order. Slow (some milliseconds a message): for a thread."""
    with _ONE_AT_A_TIME:
        return _make(frame, messages)


def _make(frame: PdfFrame, messages: Sequence[PdfMessage]) -> bytes:
    from reportlab.lib.pagesizes import letter
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=letter,
        leftMargin=60,
        rightMargin=60,
        topMargin=54,
        bottomMargin=60,
        title=_letters(frame.title),
        author=_letters(frame.author),
        creator="Licorne",
        lang=frame.language,
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.saveState()
        canvas.setFont(PLAIN, 7.5)
        canvas.setFillColor(_QUIET)
        canvas.drawString(66, 36, _letters(frame.foot.replace("{page}", str(page.page)))[:140])
        canvas.restoreState()

    _fonts()
    story = _head(frame)
    for message in messages:
        story += _message(message, frame)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _head(frame: PdfFrame) -> list[Any]:
    from reportlab.platypus import HRFlowable, Paragraph, Spacer

    styles = _styles()
    return [
        Paragraph(_markup(frame.title), styles["title"]),
        *(Paragraph(_markup(fact), styles["fact"]) for fact in frame.facts),
        Spacer(1, 8),
        HRFlowable(width="100%", color=_LINE, thickness=0.8),
    ]


def _message(message: PdfMessage, frame: PdfFrame) -> list[Any]:
    from reportlab.platypus import HRFlowable, KeepTogether, Paragraph

    styles = _styles()
    head = [
        Paragraph(_markup(message.author), styles["author"]),
        Paragraph(_markup(message.when), styles["when"]),
    ]
    if message.subject:
        head.append(Paragraph(_markup(message.subject), styles["subject"]))
    if message.note:
        body = [Paragraph(_markup(message.note), styles["note"])]
    else:
        body = [
            Paragraph(_markup(line) or "&nbsp;", styles["text"])
            for line in message.text.rstrip().splitlines()
        ]
    after = [
        Paragraph(_markup(f"{frame.files_title} {file}"), styles["fact"]) for file in message.files
    ]
    after += [Paragraph(_markup(fact), styles["fact"]) for fact in message.facts]
    rule = HRFlowable(width="100%", color=_LINE, thickness=0.5, spaceBefore=8)
    return [KeepTogether([*head, *body[:1]]), *body[1:], *after, rule]


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName=PLAIN, fontSize=10, leading=14.5, textColor=_INK)
    small = ParagraphStyle("fact", text, fontSize=8, leading=11.5, textColor=_QUIET)
    when = ParagraphStyle("when", small, spaceAfter=4)
    return {
        "text": text,
        "fact": small,
        "when": when,
        "note": ParagraphStyle("note", text, textColor=_QUIET, spaceBefore=4),
        "title": ParagraphStyle(
            "title", text, fontName=BOLD, fontSize=16, leading=22, spaceAfter=6
        ),
        "author": ParagraphStyle("author", text, fontName=BOLD, spaceBefore=10),
        "subject": ParagraphStyle("subject", text, fontName=BOLD, spaceBefore=4, spaceAfter=2),
    }


@cache
def _fonts() -> frozenset[int]:
    """Register the fonts, once; give the code points that the plain one can show."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    plain = TTFont(PLAIN, FONTS / "DejaVuSans.ttf")
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont(BOLD, FONTS / "DejaVuSans-Bold.ttf"))
    return frozenset(plain.face.charToGlyph)


def _letters(text: str) -> str:
    """Leave what the font can show, and show the rest as a square."""
    known = _fonts()
    spaced = text.replace("\t", "    ").replace("\N{NO-BREAK SPACE}", " ")
    return "".join(
        letter if ord(letter) in known and (letter.isprintable() or letter == " ") else UNKNOWN
        for letter in spaced
    )


def _markup(text: str) -> str:
    return escape(_letters(" ".join(text.splitlines()))).replace("  ", "&nbsp; ")
