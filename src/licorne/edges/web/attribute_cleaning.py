"""Which attributes a mail's HTML may keep, and with which values."""

import re

from licorne.edges.web.style_cleaning import clean_style

_ANYWHERE = frozenset({"dir", "lang", "style", "title"})
_BLOCK = frozenset({"align"})
_CELL = frozenset({"align", "bgcolor", "colspan", "height", "rowspan", "valign", "width"})
_OF_TAG = {
    "a": frozenset({"href"}),
    "col": frozenset({"span", "width"}),
    "colgroup": frozenset({"span", "width"}),
    "div": _BLOCK,
    "font": frozenset({"color", "face", "size"}),
    "hr": frozenset({"align", "width"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type"}),
    "p": _BLOCK,
    "table": frozenset({"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"}),
    "td": _CELL,
    "th": _CELL,
    "tr": frozenset({"align", "bgcolor", "valign"}),
    "ul": frozenset({"type"}),
}
ALLOWED_ATTRIBUTES = {"*": _ANYWHERE, **_OF_TAG}

_LINK = re.compile(r"(?:https://[^/\s]|mailto:[^\s]|tel:[+\d])", re.IGNORECASE)
_IGNORED_IN_LINKS = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_PLAIN_VALUE = re.compile(r"[\w#%.,+ -]{1,100}")
_NUMBER = re.compile(r"\d{1,4}%?")
_SPAN = re.compile(r"\d{1,3}")
_NUMBERS = frozenset({"border", "cellpadding", "cellspacing", "height", "width"})
_SPANS = frozenset({"colspan", "rowspan", "span"})
_TEXTS = frozenset({"alt", "title"})
_LONGEST_TEXT = 1_000
_LONGEST_LINK = 4_000


def is_allowed_attribute(tag: str, name: str) -> bool:
    """Whether a tag may have an attribute at all."""
    return name in _ANYWHERE or name in _OF_TAG.get(tag, ())


def clean_attribute(tag: str, name: str, value: str) -> str | None:
    """A harmless value for the attribute, or None to leave it out. Not for an image's `src`."""
    if not is_allowed_attribute(tag, name) or name == "src":
        return None
    if name == "href":
        return _clean_link(value)
    if name == "style":
        return clean_style(value) or None
    if name in _TEXTS:
        return value[:_LONGEST_TEXT]
    if name in _SPANS:
        return value if _SPAN.fullmatch(value) else None
    if name in _NUMBERS:
        return value if _NUMBER.fullmatch(value) else None
    return value if _PLAIN_VALUE.fullmatch(value) else None


def _clean_link(value: str) -> str | None:
    """Browsers drop blanks and controls before and inside of an address; so do we, then look."""
    link = _IGNORED_IN_LINKS.sub("", value)
    if len(link) > _LONGEST_LINK or not _LINK.match(link):
        return None
    return link
