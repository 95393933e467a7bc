"""A mail's HTML → HTML that can be shown: no script, no form, nothing that loads from elsewhere.

Two passes that don't trust each other. Ours (`html_balancing`) goes first, in linear time: it
keeps allowed tags only, balanced and not too deep, because the HTML parser behind nh3 needs
seconds for what is nested or misnested thousands of times. nh3 then parses what is left as a
browser would, and its allow-list has the last word on every tag and attribute.

The page that shows the result still forbids scripts and loading by its Content-Security-Policy.
"""

import base64
from collections.abc import Mapping
from urllib.parse import unquote

import nh3

from licorne.edges.web.attribute_cleaning import ALLOWED_ATTRIBUTES, clean_attribute
from licorne.edges.web.html_balancing import ALLOWED_TAGS, TooComplexError, balance

MAX_SOURCE_CHARACTERS = 4_000_000
MAX_IMAGE_BYTES_SHOWN = 25 * 1024 * 1024  # every use of an image counts

# The first bytes of the picture formats that a browser shows and that can't hold script.
_SIGNATURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}
# `cid` and `data` pass nh3's own check of schemes for `src` only because the filter decides there.
_SCHEMES = {"https", "mailto", "tel", "cid", "data"}
_OF_EVERY_LINK = {"rel": "noopener noreferrer nofollow", "target": "_blank"}


def clean_html(html: str, inline_images: Mapping[str, tuple[str, bytes]]) -> str | None:
    """Clean a mail's HTML for showing.

    `inline_images` are the attachments by content id without brackets: (type, bytes); PNG, JPEG,
    GIF and WebP become data URIs where the HTML shows them by `cid:`, and nothing else stays an
    image. Links to https, mailto and tel stay and open outside. None means that the HTML is too
    large or too complicated to be cleaned safely: show the text instead. Takes up to half a second
    for what was built to be slow: call it in a thread.
    """
    if len(html) > MAX_SOURCE_CHARACTERS:
        return None
    images = _Images(inline_images)
    try:
        balanced = balance(html, images.is_known)
    except TooComplexError:
        return None
    cleaner = nh3.Cleaner(
        tags=ALLOWED_TAGS,
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=images.filter_attribute,
        url_schemes=_SCHEMES,
        link_rel=_OF_EVERY_LINK["rel"],
        set_tag_attribute_values={"a": {"target": _OF_EVERY_LINK["target"]}},
        generic_attribute_prefixes=set(),
        strip_comments=True,
    )
    return cleaner.clean(balanced)


class _Images:
    """The message's own images, put in place of references until they get too many."""

    def __init__(self, by_content_id: Mapping[str, tuple[str, bytes]]) -> None:
        self._by_content_id = by_content_id
        self._bytes_left = MAX_IMAGE_BYTES_SHOWN

    def is_known(self, source: str) -> bool:
        """Whether an image's address is a picture of this message."""
        return self._find(source) is not None

    def filter_attribute(self, tag: str, name: str, value: str) -> str | None:
        """Decide on one attribute for nh3: its value, or None to drop it."""
        if (tag, name) == ("img", "src"):
            return self._data_uri(value)
        if tag == "a" and _OF_EVERY_LINK.get(name) == value:
            return value  # nh3 asks about what it adds itself, too
        return clean_attribute(tag, name, value)

    def _find(self, source: str) -> tuple[str, bytes] | None:
        scheme, _, content_id = source.strip().partition(":")
        if scheme.lower() != "cid":
            return None
        found = self._by_content_id.get(unquote(content_id))
        if found is None:
            return None
        content_type, content = found
        signatures = _SIGNATURES.get(content_type)
        return found if signatures and content.startswith(signatures) else None

    def _data_uri(self, source: str) -> str | None:
        found = self._find(source)
        if found is None or len(found[1]) > self._bytes_left:
            return None
        content_type, content = found
        self._bytes_left -= len(content)
        return f"data:{content_type};base64,{base64.b64encode(content).decode('ascii')}"
