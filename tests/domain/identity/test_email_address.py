import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.identity.email_address import (
    EmailRefusalReason,
    EmailRefused,
    parse_email_address,
)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  anna@example.org ", "anna@example.org"),
        ("Anna.O'Neill+clinic@Example.ORG", "Anna.O'Neill+clinic@example.org"),
        ("anna@example.org.", "anna@example.org"),
        ("anna@münchen.example", "anna@xn--mnchen-3ya.example"),
        ("anna@BÜCHER。example", "anna@xn--bcher-kva.example"),
        ("añña@example.org", "añña@example.org"),
        ('"anna lee"@example.org', '"anna lee"@example.org'),
        ('"a@b"@example.org', '"a@b"@example.org'),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_keeps_its_local_part_and_gets_the_stored_form_of_its_domain(
    typed: str, text: str
) -> None:
    assert parse_email_address(typed).text == text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", EmailRefusalReason.EMPTY),
        ("   ", EmailRefusalReason.EMPTY),
        ("anna", EmailRefusalReason.NO_AT_SIGN),
        ("@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("anna lee@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("anna\u00a0lee@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("anna..lee@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        (".anna@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("anna@lee@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("anna,bob@example.org", EmailRefusalReason.BAD_LOCAL_PART),
        ("<anna@example.org>", EmailRefusalReason.BAD_LOCAL_PART),
        ('"anna"lee@example.org', EmailRefusalReason.BAD_LOCAL_PART),
        ("anna@", EmailRefusalReason.BAD_DOMAIN),
        ("anna@localhost", EmailRefusalReason.BAD_DOMAIN),
        ("anna@example..org", EmailRefusalReason.BAD_DOMAIN),
        ("anna@-example.org", EmailRefusalReason.BAD_DOMAIN),
        ("anna@exa_mple.org", EmailRefusalReason.BAD_DOMAIN),
        ("anna@example.org>", EmailRefusalReason.BAD_DOMAIN),
        ("anna@[192.0.2.1]", EmailRefusalReason.BAD_DOMAIN),
        ("anna@192.0.2.1", EmailRefusalReason.BAD_DOMAIN),
        ("anna@faß.example", EmailRefusalReason.BAD_DOMAIN),
        ("anna@" + "a" * 64 + ".org", EmailRefusalReason.BAD_DOMAIN),
        ("anna@" + "ü" * 64 + ".org", EmailRefusalReason.BAD_DOMAIN),
        ("anna@example.org\r\nBcc: eve@example.org", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("anna@example.org\n", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("anna\x00@example.org", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("anna\u202e@example.org", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("anna\ud800@example.org", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("anna\u2028@example.org", EmailRefusalReason.FORBIDDEN_CHARACTER),
        ("a" * 65 + "@example.org", EmailRefusalReason.TOO_LONG),
        ("ñ" * 33 + "@example.org", EmailRefusalReason.TOO_LONG),
        ("a@" + "b" * 300 + ".org", EmailRefusalReason.TOO_LONG),
    ],
)
def test_what_is_no_usable_address_is_refused(typed: str, reason: EmailRefusalReason) -> None:
    with pytest.raises(EmailRefused) as caught:
        parse_email_address(typed)
    assert caught.value.reason is reason
    assert caught.value.sentence


def test_the_case_of_the_local_part_does_not_make_another_mailbox() -> None:
    assert (
        parse_email_address("Anna@Example.org").matching_key
        == parse_email_address("anna@example.org").matching_key
    )
    assert (
        parse_email_address("anna@example.org").matching_key
        != parse_email_address("hanna@example.org").matching_key
    )


def test_an_address_never_shows_itself_in_a_log_line() -> None:
    address = parse_email_address("anna.lee@example.org")
    assert "anna" not in f"{address} {address!r} {(address,)}"


@given(st.text(max_size=300))
def test_any_text_gives_an_address_or_a_refusal(typed: str) -> None:
    with contextlib.suppress(EmailRefused):
        assert parse_email_address(typed).domain


@given(st.one_of(st.emails(), st.text(max_size=40).map(lambda text: text + "@example.org")))
def test_an_accepted_address_reads_back_as_itself_and_splits_no_header(typed: str) -> None:
    try:
        address = parse_email_address(typed)
    except EmailRefused:
        return
    assert parse_email_address(address.text) == address
    assert len(address.text.encode()) <= 254
    assert address.text.splitlines() == [address.text]
    assert address.domain.isascii()
    assert address.domain == address.domain.lower()
