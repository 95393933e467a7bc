import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.sealing.encoding import EncodingBroken, decode, encode, optional_id

FIELDS = st.lists(st.binary(max_size=40), max_size=8)


@given(FIELDS)
def test_fields_come_back(fields: list[bytes]):
    assert decode("thing", encode("thing", fields)) == fields


@given(FIELDS, FIELDS)
def test_different_fields_never_give_the_same_bytes(one: list[bytes], two: list[bytes]):
    assert (encode("thing", one) == encode("thing", two)) is (one == two)


@given(FIELDS, FIELDS)
def test_different_labels_never_give_the_same_bytes(one: list[bytes], two: list[bytes]):
    assert encode("thing", one) != encode("things", two)


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_and_what_is_read_is_the_only_way_to_write_it(junk: bytes):
    for encoded in (junk, encode("thing", ())[:-1] + junk):
        try:
            fields = decode("thing", encoded)
        except EncodingBroken:
            continue
        assert encode("thing", fields) == encoded


@given(FIELDS, st.data())
def test_bytes_cut_off_or_added_are_refused(fields: list[bytes], data: st.DataObject):
    encoded = encode("thing", fields)
    for changed in (encoded[: data.draw(st.integers(0, len(encoded) - 1))], encoded + b"\0"):
        with pytest.raises(EncodingBroken):
            decode("thing", changed)


def test_an_absent_id_is_no_id():
    assert optional_id(None) == b""
    assert optional_id(uuid.UUID(int=0)) == bytes(16)
