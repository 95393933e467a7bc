import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.number_refusal import NumberRefusalReason, NumberRefused
from licorne.domain.identity.text_address import NotATextAddress, parse_text_address

OWN_DOMAINS = frozenset({"text.lakeside.example", "xn--mller-kva.example"})


@pytest.mark.parametrize(
    "address",
    [
        "2114367789@secure.text",
        "+12114367789@secure.text",
        "12114367789@secure.text",
        "211-436-7789@secure.text",
        "211.436.7789@secure.text",
        "(211)436-7789@secure.text",
        '"2114367789"@secure.text',
        '"(211) 436-7789"@secure.text',
        '"\\211\\4367789"@secure.text',
        "2114367789@SECURE.Text",
        "2114367789@secure.text.",
        " 2114367789@secure.text ",
        "２１１４３６７７８９@secure.text",
        "2114367789@text.lakeside.example",
        "2114367789@Text.Lakeside.Example",
        "2114367789@müller.example",
        "2114367789@MÜLLER.example",
        "2114367789@xn--mller-kva.example",
    ],
)
def test_a_number_at_one_of_our_domains_is_read(address: str) -> None:
    assert parse_text_address(address, OWN_DOMAINS, "US").e164 == "+12114367789"


def test_secure_text_works_without_any_domain_of_ones_own() -> None:
    assert parse_text_address("+442071838750@secure.text", (), "US").e164 == "+442071838750"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "2114367789",
        "+12114367789",
        "2114367789@",
        "2114367789@example.org",
        "2114367789@evil.secure.text",
        "2114367789@secure.text.example",
        "2114367789@securetext",
        "2114367789@[192.0.2.1]",
        "2114367789@secure.text@example.org",
        "2114367789@secure..text",
        "9" * 5000 + "@secure.text",
        "1@" + "a." * 200 + "text",
        "1@" + "ü" * 250,
    ],
)
def test_an_address_of_another_domain_is_not_a_text_address(address: str) -> None:
    with pytest.raises(NotATextAddress) as caught:
        parse_text_address(address, OWN_DOMAINS, "US")
    assert "@secure.text" in caught.value.sentence


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("@secure.text", NumberRefusalReason.EMPTY),
        ('""@secure.text', NumberRefusalReason.EMPTY),
        ("911@secure.text", NumberRefusalReason.EMERGENCY),
        ("310-555-CALL@secure.text", NumberRefusalReason.LETTERS),
        ("anna@secure.text", NumberRefusalReason.LETTERS),
        ('"214-367-7899 x12"@secure.text', NumberRefusalReason.EXTENSION),
        ("2114367789%example.org@secure.text", NumberRefusalReason.LETTERS),
        ('"2114367789@example.org"@secure.text', NumberRefusalReason.LETTERS),
        ('"2114367789\r\n"@secure.text', NumberRefusalReason.NOT_A_NUMBER),
        ("9" * 100 + "@secure.text", NumberRefusalReason.OVERSIZED),
    ],
)
def test_our_domain_with_a_bad_number_is_a_refused_number(
    address: str, reason: NumberRefusalReason
) -> None:
    with pytest.raises(NumberRefused) as caught:
        parse_text_address(address, OWN_DOMAINS, "US")
    assert caught.value.reason is reason


@given(
    st.one_of(st.text(max_size=500), st.text(max_size=80).map(lambda text: text + "@secure.text"))
)
def test_any_text_gives_a_number_or_one_of_the_two_refusals(address: str) -> None:
    with contextlib.suppress(NumberRefused, NotATextAddress):
        assert parse_text_address(address, OWN_DOMAINS, "US").e164


@given(st.integers(min_value=2_000_000_000, max_value=8_999_999_999))
def test_a_number_with_its_country_code_comes_through_an_address_unchanged(digits: int) -> None:
    e164 = f"+1{digits}"
    assert parse_text_address(f"{e164}@secure.text", (), "GB").e164 == e164
