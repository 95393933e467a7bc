"""bench/RESULTS.md: one section per scenario, of which a run replaces only those that it measured
anew.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from bench.report.section import Section

RESULTS = Path(__file__).parent.parent / "RESULTS.md"

_PREFACE = """\
# What Licorne reaches, and beside what

Written by `make bench` (`python -m bench all`); don't edit. Every ratio is Licorne ÷ yardstick,
taken in rounds that run both right after each other in alternating order on one machine; the result
is the median of the rounds' ratios. Absolute figures hold for the machine named with them and for
no other.
"""
_MARK = "<!-- scenario: {key} -->"


def write_sections(sections: Sequence[Section], about_the_run: str, order: Sequence[str]) -> None:
    """Put the sections into the file, each with what is to be known about its run."""
    kept = _sections_of(RESULTS.read_text("utf-8")) if RESULTS.exists() else ()
    texts = dict(kept)
    for section in sections:
        body = "\n\n".join((f"## {section.title}", *section.blocks, about_the_run))
        texts[section.key] = f"{_MARK.format(key=section.key)}\n{body.strip()}\n"
    ordered = [texts[key] for key in order if key in texts]
    RESULTS.write_text("\n".join([_PREFACE, *ordered]), "utf-8")


def _sections_of(text: str) -> tuple[tuple[str, str], ...]:
    pieces = re.split(r"^<!-- scenario: (\w+) -->\n", text, flags=re.MULTILINE)[1:]
    keys, bodies = pieces[0::2], pieces[1::2]
    return tuple(
        (key, f"{_MARK.format(key=key)}\n{body.strip()}\n")
        for key, body in zip(keys, bodies, strict=True)
    )
