"""The `style` attribute of a mail → the declarations that only change how its text looks.

An allow-list of properties and of the characters and functions in their values: nothing can load
(`url`, `image-set`, `@import`), run (`expression`), move out of its place (`position`, negative
margins), or hide behind escapes and comments.
"""

import re

_PROPERTIES = frozenset({
    "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style",
    "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color",
    "border-left-style", "border-left-width", "border-radius", "border-right",
    "border-right-color", "border-right-style", "border-right-width", "border-spacing",
    "border-style", "border-top", "border-top-color", "border-top-style", "border-top-width",
    "border-width", "color", "direction", "font", "font-family", "font-size", "font-style",
    "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type",
    "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align",
    "text-decoration", "text-indent", "text-transform", "unicode-bidi", "vertical-align",
    "white-space", "width", "word-break", "word-wrap",
})  # fmt: skip
_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
# "background: #fff" is the common way to give a colour; only a colour is kept of it.
_SYNONYMS = {"background": "background-color"}
_COLOR = re.compile(r"#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|hsl)a?\([0-9.,%/\s]{1,60}\)", re.IGNORECASE)
_VALUE = re.compile(r"[\w\s#%.,()'\"+/!-]{1,300}")
_FUNCTION = re.compile(r"([\w-]*)\s*\(")
_NEGATIVE = re.compile(r"(?:^|[\s,(])-\.?\d")
_LONGEST_STYLE = 2_000
_MOST_DECLARATIONS = 40


def clean_style(style: str) -> str:
    """Keep the harmless declarations, in order; the empty string if there are none."""
    kept = []
    for declaration in style[:_LONGEST_STYLE].split(";")[:_MOST_DECLARATIONS]:
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if name in _SYNONYMS and _COLOR.fullmatch(value):
            name = _SYNONYMS[name]
        if colon and name in _PROPERTIES and _is_harmless(value):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _is_harmless(value: str) -> bool:
    if not _VALUE.fullmatch(value) or _NEGATIVE.search(value):
        return False
    return all(name.lower() in _FUNCTIONS for name in _FUNCTION.findall(value))
