"""A QR code as SVG within the page: no picture to fetch, nothing kept anywhere."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Draw it; black on white also in dark mode, since cameras want it so."""
    drawn = segno.make(text, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000")
    return Markup(drawn)  # noqa: S704 - drawn here, out of squares
