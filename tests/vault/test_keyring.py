"""The installation's subkeys: wrapped by K0, rotated alone, each kept to its purpose."""

import re
import string
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vault.practice import make_keyring

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import InstallationKeyName
from licorne.ports.key_custody import KeyUnavailable
from licorne.vault.access_secrets import (
    api_token_lookup,
    app_password_lookup,
    make_api_token,
    make_app_password,
)
from licorne.vault.keyring import Keyring
from licorne.vault.keyring_rows import (
    make_key_version,
    make_keyring_rows,
    open_keyring,
    rewrap_keyring_rows,
)

RANDOMNESS = SystemRandomness()
KEYRING = make_keyring()
DELIVERY = DeliveryId(uuid.UUID(int=7))


def with_second_versions(keyring: Keyring) -> Keyring:
    keys = {name: dict(versions) for name, versions in keyring._keys.items()}
    for versions in keys.values():
        versions[2] = RANDOMNESS.bytes(32)
    return Keyring(keys, RANDOMNESS)


def test_a_look_up_is_the_same_each_time_and_differs_by_purpose_and_installation():
    number = "+12114367789"
    assert KEYRING.lookup("number", number) == KEYRING.lookup("number", number.encode())
    assert len(KEYRING.lookup("number", number)) == 32
    assert KEYRING.lookup("number", number) != KEYRING.lookup("email", number)
    assert KEYRING.lookup("number", number) != make_keyring().lookup("number", number)


@given(st.text(), st.text(), st.text(), st.text())
def test_purpose_and_value_of_a_look_up_can_not_be_cut_differently(a: str, b: str, c: str, d: str):
    same = (a, b) == (c, d)
    assert (KEYRING.lookup(a, b) == KEYRING.lookup(c, d)) is same


def test_after_a_rotation_old_look_ups_are_still_found():
    rotated = with_second_versions(KEYRING)
    new, old = rotated.lookups("number", "+12114367789")
    assert new == rotated.lookup("number", "+12114367789")
    assert old == KEYRING.lookup("number", "+12114367789")


@given(st.text())
def test_a_field_opens_in_its_own_place(text: str):
    sealed = KEYRING.seal_field("contact.name:1", text)
    assert KEYRING.open_field("contact.name:1", sealed) == text


def test_threat_10_a_field_moved_to_another_row_or_changed_does_not_open():
    sealed = KEYRING.seal_field("contact.name:1", "Ann")
    assert b"Ann" not in sealed
    with pytest.raises(SealBroken):
        KEYRING.open_field("contact.name:2", sealed)
    for changed in (b"", sealed[:5], sealed[:-1], b"\x02" + sealed[1:], sealed[:-1] + b"\0\0"):
        with pytest.raises(SealBroken):
            KEYRING.open_field("contact.name:1", changed)


def test_after_a_rotation_old_fields_open_and_new_ones_use_the_new_key():
    rotated = with_second_versions(KEYRING)
    assert rotated.open_field("x", KEYRING.seal_field("x", "old")) == "old"
    assert rotated.seal_field("x", "new")[0] == 2
    with pytest.raises(SealBroken):
        KEYRING.open_field("x", rotated.seal_field("x", "new"))


def test_a_links_token_is_short_safe_in_an_sms_and_not_to_be_guessed():
    token = KEYRING.link_token(DELIVERY, 1)
    assert re.fullmatch(r"[0-9A-Za-z]{22}", token)
    assert token == KEYRING.link_token(DELIVERY, 1)
    others = {
        KEYRING.link_token(DELIVERY, 2),
        KEYRING.link_token(DeliveryId(uuid.uuid4()), 1),
        make_keyring().link_token(DELIVERY, 1),
    }
    assert len(others) == 3
    assert token not in others
    assert token.encode() not in KEYRING.link_token_hash(token)


def test_a_link_made_before_a_rotation_is_made_again_from_its_hash():
    rotated = with_second_versions(KEYRING)
    token = KEYRING.link_token(DELIVERY, 1)
    assert rotated.link_token(DELIVERY, 1) != token
    assert rotated.link_token(DELIVERY, 1, stored_hash=KEYRING.link_token_hash(token)) == token
    with pytest.raises(SealBroken):
        rotated.link_token(DELIVERY, 1, stored_hash=bytes(32))


def test_what_an_older_signing_key_signed_is_still_good():
    rotated = with_second_versions(KEYRING)
    rotated.verify(b"fact", KEYRING.sign(b"fact"))
    rotated.verify(b"fact", rotated.sign(b"fact"))
    with pytest.raises(SealBroken):
        KEYRING.verify(b"fact", rotated.sign(b"fact"))


def test_a_remembered_signature_does_not_vouch_for_other_bytes():
    signature = KEYRING.sign(b"fact")
    KEYRING.verify(b"fact", signature)
    for encoded, other in (
        (b"fac", signature + b"t"),
        (signature + b"fact", b""),
        (b"fact", signature[:-1]),
        (b"facts", signature),
        (signature[-1:] + b"fact", signature[:-1]),
    ):
        with pytest.raises(SealBroken):
            KEYRING.verify(encoded, other)


async def test_a_new_installations_keyring_opens_again_and_is_complete(tmp_path: Path):
    custody = KeyFileCustody.create(tmp_path / "unseal.key", RANDOMNESS)
    rows = await make_keyring_rows(custody, RANDOMNESS)
    assert {row.name for row in rows} == set(InstallationKeyName)
    first, second = [await open_keyring(custody, rows, RANDOMNESS) for _ in range(2)]
    assert first.lookup("number", "1") == second.lookup("number", "1")
    secrets = {first.secret(name, 1) for name in InstallationKeyName}
    assert len(secrets) == len(InstallationKeyName)
    for row in rows:
        assert first.secret(row.name, 1) not in row.wrapped


async def test_each_subkey_rotates_alone(tmp_path: Path):
    custody = KeyFileCustody.create(tmp_path / "unseal.key", RANDOMNESS)
    rows = await make_keyring_rows(custody, RANDOMNESS)
    newer = await make_key_version(custody, RANDOMNESS, InstallationKeyName.FIELDS, 2)
    before = await open_keyring(custody, rows, RANDOMNESS)
    after = await open_keyring(custody, (*rows, newer), RANDOMNESS)
    assert after.open_field("x", before.seal_field("x", "old")) == "old"
    assert after.seal_field("x", "new")[0] == 2
    assert after.lookup("number", "1") == before.lookup("number", "1")


async def test_k0_rotates_without_touching_what_the_subkeys_sealed(tmp_path: Path):
    old = KeyFileCustody.create(tmp_path / "old.key", RANDOMNESS)
    new = KeyFileCustody.create(tmp_path / "new.key", RANDOMNESS)
    rows = await make_keyring_rows(old, RANDOMNESS)
    sealed = (await open_keyring(old, rows, RANDOMNESS)).seal_field("x", "text")
    moved = await rewrap_keyring_rows(old, new, rows)
    assert (await open_keyring(new, moved, RANDOMNESS)).open_field("x", sealed) == "text"
    with pytest.raises(KeyUnavailable):
        await open_keyring(old, moved, RANDOMNESS)


async def test_subkeys_can_not_take_each_others_place(tmp_path: Path):
    custody = KeyFileCustody.create(tmp_path / "unseal.key", RANDOMNESS)
    rows = {row.name: row for row in await make_keyring_rows(custody, RANDOMNESS)}
    from dataclasses import replace

    lookup = rows[InstallationKeyName.LOOKUP]
    rows[InstallationKeyName.PEPPER] = replace(lookup, name=InstallationKeyName.PEPPER)
    with pytest.raises(KeyUnavailable):
        await open_keyring(custody, tuple(rows.values()), RANDOMNESS)


async def test_an_incomplete_set_of_keys_is_named(tmp_path: Path):
    custody = KeyFileCustody.create(tmp_path / "unseal.key", RANDOMNESS)
    rows = await make_keyring_rows(custody, RANDOMNESS)
    with pytest.raises(KeyUnavailable) as problem:
        await open_keyring(custody, rows[1:], RANDOMNESS)
    assert rows[0].name.value in problem.value.cause
    assert "licorne init" in problem.value.sentence


def test_app_passwords_and_tokens_are_long_random_and_easy_to_type():
    password, token = make_app_password(RANDOMNESS), make_api_token(RANDOMNESS)
    assert re.fullmatch(r"(?:[0-9a-hjkmnp-tv-z]{7}-){3}[0-9a-hjkmnp-tv-z]{7}", password)
    assert re.fullmatch(r"lic_[0-9a-hjkmnp-tv-z]{32}", token)
    assert len({make_app_password(RANDOMNESS) for _ in range(100)}) == 100
    used = set("".join(make_app_password(RANDOMNESS) for _ in range(200))) - {"-"}
    assert used == set(string.digits + string.ascii_lowercase) - set("ilou")


def test_an_app_password_is_found_however_it_was_typed():
    password = make_app_password(RANDOMNESS)
    kept = app_password_lookup(KEYRING, password)
    for typed in (password.upper(), password.replace("-", ""), password.replace("-", " ") + " "):
        assert app_password_lookup(KEYRING, typed) == kept
    misread = password.replace("0", "O").replace("1", "l")
    assert app_password_lookup(KEYRING, misread) == kept
    assert app_password_lookup(KEYRING, make_app_password(RANDOMNESS)) != kept


def test_a_token_is_found_as_it_is_and_strange_input_finds_nothing():
    token = make_api_token(RANDOMNESS)
    assert api_token_lookup(KEYRING, token) == api_token_lookup(KEYRING, token)
    assert api_token_lookup(KEYRING, token.upper()) != api_token_lookup(KEYRING, token)
    for strange in ("", "\udcff", "x" * 10_000):
        api_token_lookup(KEYRING, strange)
        app_password_lookup(KEYRING, strange)
