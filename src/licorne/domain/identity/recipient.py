"""A recipient as programs and commands write one: a text address, or a phone number alone."""

from collections.abc import Collection

from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.identity.text_address import parse_text_address


def parse_recipient(typed: str, text_domains: Collection[str], default_region: str) -> PhoneNumber:
    """Read ``2125550123@secure.text`` or ``+12125550123``.

    Raises NotATextAddress for an address at another domain, and NumberRefused.
    """
    if "@" in typed:
        return parse_text_address(typed, text_domains, default_region)
    return parse_phone_number(typed, default_region)
