import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.sealing.body_document import AttachmentEntry, BodyDocument, BodyUnreadable

TEXT = st.text(st.characters(codec="utf-8"))
ENTRIES = st.builds(
    AttachmentEntry,
    part=st.integers(1, 50),
    filename=TEXT,
    content_type=TEXT,
    size=st.integers(0),
    inline=st.booleans(),
    content_id=st.none() | TEXT,
)
BODIES = st.builds(
    BodyDocument,
    subject=st.none() | TEXT,
    text=TEXT,
    html=st.none() | TEXT,
    attachments=st.lists(ENTRIES, max_size=3).map(tuple),
)


@given(BODIES)
def test_a_body_comes_back(body: BodyDocument):
    assert BodyDocument.decode(body.encode()) == body


@given(BODIES)
def test_the_same_body_always_gives_the_same_bytes(body: BodyDocument):
    assert BodyDocument.decode(body.encode()).encode() == body.encode()


def test_broken_characters_from_a_broken_mail_do_not_stop_it():
    body = BodyDocument(subject=None, text="before \udcff after", html=None)
    assert BodyDocument.decode(body.encode()).text == "before ? after"


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"version": None},
        {"surprise": 1},
        {"attachments": [{"part": 1}]},
        {"attachments": None},
    ],
)
def test_a_body_of_another_version_or_shape_is_refused(change: dict[str, object]):
    document = json.loads(BodyDocument(subject=None, text="x", html=None).encode())
    with pytest.raises(BodyUnreadable):
        BodyDocument.decode(json.dumps(document | change).encode())


@given(st.binary(max_size=50) | st.sampled_from([b"null", b"[]", b"1", b"{}", b'"x"']))
def test_bytes_that_are_no_body_are_refused(junk: bytes):
    with pytest.raises(BodyUnreadable):
        BodyDocument.decode(junk)
