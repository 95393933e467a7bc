"""Where a sign-in leads is written by whoever made the link."""

import pytest

from licorne.edges.office.sign_in_pages import HOME, _safe_next


@pytest.mark.parametrize("path", ["/office/mail/done", "/office/contacts", "/office/audit"])
def test_a_sign_in_leads_to_the_page_that_was_asked_for(path: str):
    assert _safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/office/mail/",
        "//evil.example",
        "/office/mail/\\evil.example",
        "/office/mail/x\r\nSet-Cookie: a=b",
        "/office/mail/\x00",
        "/office/mail/\u2028",
        "/office/mail/é",
    ],
)
def test_it_leads_to_no_other_place_and_into_no_other_header(path: str):
    assert _safe_next(path) == HOME
