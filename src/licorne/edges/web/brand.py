"""How an organization looks on its pages."""

import enum
from dataclasses import dataclass


class Accent(enum.StrEnum):
    """The accent colours: each has a light and a dark tone in ``licorne.css``, both AA on ours."""

    TEAL = "teal"
    BLUE = "blue"
    INDIGO = "indigo"
    PLUM = "plum"
    ROSE = "rose"
    RUST = "rust"
    OLIVE = "olive"
    SLATE = "slate"


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    accent: Accent = Accent.TEAL


def brand_of(name: str, accent: str) -> Brand:
    """Give a practice's brand; a colour that isn't one of ours becomes the first."""
    known = accent in {one.value for one in Accent}
    return Brand(name, Accent(accent) if known else Accent.TEAL)


LICORNE = Brand("Licorne")
