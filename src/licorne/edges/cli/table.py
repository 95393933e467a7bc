"""Rows under headings, aligned for reading in a terminal."""

from collections.abc import Sequence

_GAP = "  "


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Align columns to their widest cell; the last one runs free."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    widths[-1] = 0
    return "\n".join(
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, *rows)
    )
