"""Text addresses: a phone number in front of the @ of a domain that means "send a secure text".

`secure.text` works for every organization. It exists in no DNS, so nothing can be delivered there
by another provider; the organization's own text domains are the ones to suggest.
"""

import re
from collections.abc import Collection

from licorne.domain.identity.domain_name import NotADomainNameError, normalised_domain_name
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.translatable import translatable

SECURE_TEXT_DOMAIN = "secure.text"
LONGEST_ADDRESS = 254 + 2 * 64  # RFC 5321 §4.5.3.1.3, and room for a quoted local part's escapes
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


class NotATextAddress(Exception):
    """The address isn't at a text domain of this organization; nothing is said about its number."""

    sentence = translatable(
        "That isn't an address for secure texts."
        " Write the phone number in front of @secure.text, such as 2125550123@secure.text."
    )

    def __init__(self) -> None:
        super().__init__("not_a_text_address")


def parse_text_address(
    address: str, text_domains: Collection[str], default_region: str
) -> PhoneNumber:
    """Read the phone number out of an address at `secure.text` or one of `text_domains`.

    `address` comes without display name and angle brackets; `text_domains` are the organization's
    in stored form (`normalised_domain_name`). Raises NotATextAddress if the domain is another's,
    NumberRefused if the domain is ours and the part before the @ is no number that can be texted.
    """
    if len(address) > LONGEST_ADDRESS:
        raise NotATextAddress
    local_part, at_sign, domain_text = address.strip(" ").rpartition("@")
    if not at_sign or not _is_ours(domain_text, text_domains):
        raise NotATextAddress
    return parse_phone_number(_unquoted(local_part), default_region)


def _is_ours(domain_text: str, text_domains: Collection[str]) -> bool:
    try:
        domain = normalised_domain_name(domain_text)
    except NotADomainNameError:
        return False
    return domain == SECURE_TEXT_DOMAIN or domain in text_domains


def _unquoted(local_part: str) -> str:
    """Take the quotes of RFC 5321 §4.1.2 `Quoted-string` away; they are spelling, not content."""
    if len(local_part) >= 2 and local_part[0] == local_part[-1] == '"':
        return _QUOTED_PAIR.sub(r"\1", local_part[1:-1])
    return local_part
