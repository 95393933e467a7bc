import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.sealing.password_parameters import (
    ENCODED_BYTES,
    PasswordCosts,
    PasswordParameters,
)

PARAMETERS = PasswordParameters(PasswordCosts(), pepper_version=3, salt=bytes(range(16)))


def test_the_costs_for_new_passwords_are_those_of_the_design():
    assert PasswordCosts() == PasswordCosts(memory_kib=65536, passes=3, lanes=1)


def test_parameters_come_back():
    encoded = PARAMETERS.encode()
    assert len(encoded) == ENCODED_BYTES == 26
    assert PasswordParameters.decode(encoded) == PARAMETERS


@pytest.mark.parametrize(
    "costs",
    [
        {"memory_kib": 7},
        {"memory_kib": 1 << 32},
        {"passes": 0},
        {"passes": 17},
        {"lanes": 0},
        {"lanes": 5},
        {"memory_kib": 8, "lanes": 2},
    ],
)
def test_costs_out_of_bounds_are_refused(costs: dict[str, int]):
    with pytest.raises(ValueError, match="out of bounds"):
        PasswordCosts(**costs)


@given(st.binary(min_size=25, max_size=25))
def test_other_bytes_are_refused_or_read_as_they_stand(rest: bytes):
    with contextlib.suppress(ValueError):
        assert PasswordParameters.decode(b"\x01" + rest).encode() == b"\x01" + rest


def test_another_layout_is_refused():
    encoded = PARAMETERS.encode()
    for changed in (b"", encoded[:-1], encoded + b"\0", b"\x02" + encoded[1:]):
        with pytest.raises(ValueError, match="layout"):
            PasswordParameters.decode(changed)
