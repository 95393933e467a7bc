"""Shows plain text that somebody wrote: no markup, but web addresses can be tapped."""

import re

from markupsafe import Markup, escape

_ADDRESS = re.compile(r"https://[^\s<>\"'`]+", re.IGNORECASE)
_NOT_AT_THE_END = ".,;:!?)]}»”’"


def with_links(text: str) -> Markup:
    """Escape a text and make its https addresses links that tell the other site nothing."""
    pieces: list[Markup] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_NOT_AT_THE_END)
        pieces.append(escape(text[end : match.start()]))
        pieces.append(
            Markup(
                '<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>'
            ).format(address)
        )
        end = match.start() + len(address)
    pieces.append(escape(text[end:]))
    return Markup("").join(pieces)
