"""Every field that a context binds changes its bytes: each alone, whatever else is checked too."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from licorne.domain.identity.ids import DeliveryId, KeyId, MessageId, OrganizationId
from licorne.domain.sealing.contexts import (
    challenge_context,
    commitment_context,
    grant_context,
    intake_context,
    part_context,
    private_key_context,
    slot_context,
)
from licorne.domain.sealing.records import (
    CopyClass,
    DirectoryKey,
    Grant,
    IntakeKey,
    PrivateKeyWrap,
    ReaderKind,
    SlotReference,
    UnlockMethod,
    WrapMethod,
)

A, B = uuid.UUID(int=1), uuid.UUID(int=2)
GRANT = Grant(
    organization=OrganizationId(A),
    id=A,
    message=MessageId(A),
    delivery=DeliveryId(A),
    copy=CopyClass.CONTACT,
    reader_kind=ReaderKind.MAILBOX,
    reader_key=KeyId(A),
    method=WrapMethod.HPKE,
    intake_key=None,
    challenge=None,
    wrapped=b"wrap",
    act=A,
)
KEY = DirectoryKey(OrganizationId(A), KeyId(A), ReaderKind.MEMBER, A, 1, 1, b"public", b"signature")
WRAP = PrivateKeyWrap(OrganizationId(A), A, KeyId(A), UnlockMethod.PASSWORD, None, None, b"p", b"w")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organization", B),
        ("id", B),
        ("message", B),
        ("delivery", B),
        ("delivery", None),
        ("copy", CopyClass.PRACTICE),
        ("reader_kind", ReaderKind.WAITING),
        ("reader_key", B),
        ("method", WrapMethod.INTAKE),
        ("intake_key", B),
        ("challenge", b"salt"),
    ],
)
def test_a_grants_wrap_is_bound_to_each_field(field: str, value: Any):
    assert grant_context(replace(GRANT, **{field: value})) != grant_context(GRANT)


@pytest.mark.parametrize(
    ("field", "value"),
    [("organization", B), ("id", B), ("kind", ReaderKind.TEAM), ("owner", B), ("suite", 2)],
)
def test_a_private_keys_wrap_is_bound_to_whose_key_it_is(field: str, value: Any):
    changed = replace(KEY, **{field: value})
    assert private_key_context(changed, WRAP) != private_key_context(KEY, WRAP)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("method", UnlockMethod.RECOVERY),
        ("wrapper", B),
        ("slot", SlotReference(A, 0)),
        ("parameters", b"q"),
    ],
)
def test_a_private_keys_wrap_is_bound_to_how_it_is_opened(field: str, value: Any):
    changed = replace(WRAP, **{field: value})
    assert private_key_context(KEY, changed) != private_key_context(KEY, WRAP)


@pytest.mark.parametrize("field", ["organization", "id", "reader_key"])
def test_an_intake_keys_wrap_is_bound_to_each_field(field: str):
    row = IntakeKey(OrganizationId(A), A, KeyId(A), b"wrap", b"signature")
    assert intake_context(replace(row, **{field: B})) != intake_context(row)


def test_the_keys_of_one_message_are_all_different():
    organization, other = OrganizationId(A), OrganizationId(B)
    message, moved = MessageId(A), MessageId(B)
    contexts = [
        part_context(organization, message, 0),
        part_context(organization, message, 1),
        part_context(organization, moved, 0),
        part_context(other, message, 0),
        commitment_context(organization, message),
        commitment_context(organization, moved),
        commitment_context(other, message),
        *(slot_context(organization, message, copy) for copy in CopyClass),
        slot_context(organization, moved, CopyClass.CONTACT),
        slot_context(other, message, CopyClass.CONTACT),
        challenge_context(organization, message, DeliveryId(A), b"p"),
        challenge_context(organization, message, DeliveryId(B), b"p"),
        challenge_context(organization, message, DeliveryId(A), b"q"),
        challenge_context(organization, moved, DeliveryId(A), b"p"),
        challenge_context(other, message, DeliveryId(A), b"p"),
    ]
    assert len(set(contexts)) == len(contexts)
