"""The limits of a message hold wherever it comes from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import (
    MAX_ATTACHMENTS,
    MAX_CONTENT_BYTES,
    MAX_HTML_CHARACTERS,
    MAX_SUBJECT_CHARACTERS,
    MAX_TEXT_CHARACTERS,
    Content,
    ContentRefusal,
    ContentRefused,
)


def test_a_message_at_every_limit_is_taken() -> None:
    content = Content(
        "s" * MAX_SUBJECT_CHARACTERS,
        "t" * MAX_TEXT_CHARACTERS,
        "h" * MAX_HTML_CHARACTERS,
        tuple(Attachment("a", "text/plain", b"x") for _ in range(MAX_ATTACHMENTS)),
    )
    assert content.size == (
        MAX_SUBJECT_CHARACTERS + MAX_TEXT_CHARACTERS + MAX_HTML_CHARACTERS + MAX_ATTACHMENTS
    )


@pytest.mark.parametrize(
    ("reason", "subject", "text", "html", "attachments"),
    [
        (ContentRefusal.SUBJECT_TOO_LONG, "s" * 999, "", None, ()),
        (ContentRefusal.TEXT_TOO_LONG, None, "t" * (MAX_TEXT_CHARACTERS + 1), None, ()),
        (ContentRefusal.HTML_TOO_LONG, None, "", "h" * (MAX_HTML_CHARACTERS + 1), ()),
        (ContentRefusal.TOO_MANY_ATTACHMENTS, None, "", None, (Attachment("a", "", b""),) * 51),
        (
            ContentRefusal.TOO_LARGE,
            None,
            "x",
            None,
            (Attachment("a", "", bytes(MAX_CONTENT_BYTES)),),
        ),
    ],
)
def test_a_message_over_a_limit_is_refused_with_a_sentence(
    reason: ContentRefusal,
    subject: str | None,
    text: str,
    html: str | None,
    attachments: tuple[Attachment, ...],
) -> None:
    with pytest.raises(ContentRefused) as refused:
        Content(subject, text, html, attachments)
    assert refused.value.reason is reason
    assert refused.value.sentence.endswith(".")


def test_a_subject_is_one_line_and_an_empty_one_is_none() -> None:
    assert Content("a\r\n b\tc\x00d ", "").subject == "a b c d"
    assert Content(" \r\n ", "").subject is None
    assert Content(None, "").subject is None


def test_text_keeps_tabs_and_lines_and_loses_controls() -> None:
    assert Content(None, "a\tb\r\nc\rd\x00\x1b[31m\ud800").text == "a\tb\nc\nd[31m"


def test_attachments_of_one_name_are_kept_apart() -> None:
    content = Content(
        None, "", None, (Attachment("a.txt", "", b"1"), Attachment("a.txt", "", b"2"))
    )
    assert [a.filename for a in content.attachments] == ["a.txt", "a (2).txt"]


@settings(deadline=None)
@given(st.text(), st.text(), st.none() | st.text())
def test_every_text_can_be_encoded_and_normalising_twice_changes_nothing(
    subject: str, text: str, html: str | None
) -> None:
    once = Content(subject, text, html)
    assert once.size >= 0
    assert Content(once.subject, once.text, once.html) == once
