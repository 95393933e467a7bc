"""Host and mail domain names in the one form in which they are stored and compared.

Lower-case ASCII, internationalised labels as `xn--…`. The standard library knows IDNA 2003
(RFC 3490); the four characters that IDNA 2008 reads differently (RFC 5892 Appendix B, `ß` among
them) would name somebody else's domain, so they are refused rather than converted.
"""

import re

LONGEST_DOMAIN_NAME = 253  # RFC 1035 §2.3.4, without the root's dot
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DOTS = re.compile("[.\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH FULL STOP}]")  # RFC 3490 §3.1
_READ_DIFFERENTLY_BY_IDNA_2008 = frozenset("ßς\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")


class NotADomainNameError(ValueError):
    """The text names no domain; the caller knows what to say about it."""


def normalised_domain_name(text: str) -> str:
    """Give the stored form of `text`, of two labels or more; raises NotADomainNameError."""
    without_root = text.removesuffix(".")
    if not 0 < len(without_root) <= LONGEST_DOMAIN_NAME:
        raise NotADomainNameError
    ascii_form = without_root.lower() if without_root.isascii() else _to_ascii(without_root)
    labels = ascii_form.split(".")
    all_well_formed = all(_LABEL.fullmatch(label) for label in labels)
    if len(labels) < 2 or len(ascii_form) > LONGEST_DOMAIN_NAME or not all_well_formed:
        raise NotADomainNameError
    if labels[-1].isdigit():  # an IPv4 address, or a slip of one: RFC 3696 §2
        raise NotADomainNameError
    return ascii_form


def _to_ascii(text: str) -> str:
    if not _READ_DIFFERENTLY_BY_IDNA_2008.isdisjoint(text):
        raise NotADomainNameError
    try:
        return _DOTS.sub(".", text).encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotADomainNameError from None
