"""A QR code as SVG within the page: no picture to fetch, nothing kept anywhere."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Draw it; black on white also in dark mode, since cameras want it so."""
    # Without a size of its own, so that it has a viewBox and the page's style can shrink it whole.
    drawn = segno.make(text, error="m").svg_inline(
        omitsize=True, border=3, light="#fff", dark="#000"
    )
    return Markup(drawn)  # noqa: S704 - drawn here, out of squares
