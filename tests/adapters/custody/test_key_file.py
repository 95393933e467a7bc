"""K0's file: made once, for its owner only, and every trouble with it said plainly."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.system import SystemRandomness
from licorne.ports.key_custody import KeyUnavailable

RANDOMNESS = SystemRandomness()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "unseal.key"


@pytest.fixture
def custody(path: Path) -> KeyFileCustody:
    return KeyFileCustody.create(path, RANDOMNESS)


async def test_what_was_wrapped_is_unwrapped_also_by_the_next_process(
    path: Path, custody: KeyFileCustody
):
    wrapped = await custody.wrap("lookup/1", b"s" * 32)
    assert b"s" * 32 not in wrapped
    assert await KeyFileCustody(path, RANDOMNESS).unwrap("lookup/1", wrapped) == b"s" * 32


async def test_a_wrap_opens_under_its_own_name_only(custody: KeyFileCustody):
    wrapped = await custody.wrap("lookup/1", b"s" * 32)
    for name in ("lookup/2", "pepper/1", ""):
        with pytest.raises(KeyUnavailable):
            await custody.unwrap(name, wrapped)


async def test_another_installations_key_is_told_from_a_damaged_one(
    tmp_path: Path, custody: KeyFileCustody
):
    wrapped = await custody.wrap("lookup/1", b"s" * 32)
    other = KeyFileCustody.create(tmp_path / "other.key", RANDOMNESS)
    with pytest.raises(KeyUnavailable) as problem:
        await other.unwrap("lookup/1", wrapped)
    assert "another installation" in problem.value.sentence
    with pytest.raises(KeyUnavailable) as problem:
        await custody.unwrap("lookup/1", wrapped[:-1])
    assert "damaged" in problem.value.sentence
    with pytest.raises(KeyUnavailable):
        await custody.unwrap("lookup/1", b"")


def test_the_file_says_what_it_is_and_is_its_owners_alone(path: Path, custody: KeyFileCustody):
    text = path.read_text()
    assert text.startswith("licorne unseal key 1\n")
    assert "Keep a copy" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_is_made_for_its_owner_alone_under_any_umask(path: Path):
    before = os.umask(0)
    try:
        KeyFileCustody.create(path, RANDOMNESS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_never_replaced_by_a_new_one(path: Path, custody: KeyFileCustody):
    before = path.read_text()
    with pytest.raises(FileExistsError):
        KeyFileCustody.create(path, RANDOMNESS)
    assert path.read_text() == before


async def refusal(custody: KeyFileCustody) -> KeyUnavailable:
    with pytest.raises(KeyUnavailable) as problem:
        await custody.wrap("lookup/1", b"s" * 32)
    return problem.value


async def test_threat_8_a_missing_key_is_said_with_what_to_do(path: Path, custody: KeyFileCustody):
    path.unlink()
    problem = await refusal(custody)
    assert "is not there" in problem.sentence
    assert "mount it or copy it back" in problem.sentence


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o602, 0o604])
async def test_a_key_that_others_can_read_is_refused(
    path: Path, custody: KeyFileCustody, mode: int
):
    path.chmod(mode)
    problem = await refusal(custody)
    assert "chmod 600" in problem.sentence
    assert f"{mode:o}" in problem.cause


async def test_a_key_that_is_read_only_will_do(path: Path, custody: KeyFileCustody):
    path.chmod(0o400)
    assert await custody.unwrap("x", await custody.wrap("x", b"y")) == b"y"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_key_that_belongs_to_somebody_else_is_refused(path: Path, custody: KeyFileCustody):
    os.chown(path, 12345, 12345)
    assert "must be a file of the user" in (await refusal(custody)).sentence


async def test_a_directory_in_the_keys_place_is_refused(tmp_path: Path):
    assert await refusal(KeyFileCustody(tmp_path, RANDOMNESS))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: text[:-3],
        lambda text: text.replace("unseal key 1", "unseal key 2"),
        lambda text: text.replace("\nkey ", "\nkey 00"),
        lambda text: "".join(
            line for line in text.splitlines(True) if not line.startswith("check")
        ),
        lambda text: text.replace("check ", "check 0"),
        lambda text: "\x00\xff" * 50,
        lambda text: text.replace("\nkey ", "\nkey\n"),
    ],
)
async def test_a_damaged_copy_is_never_taken_for_a_key(
    path: Path, custody: KeyFileCustody, damage: Callable[[str], str]
):
    path.write_text(damage(path.read_text()), encoding="latin-1")
    assert "no whole Licorne key" in (await refusal(custody)).sentence


async def test_one_wrong_digit_is_noticed(path: Path, custody: KeyFileCustody):
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("key "))
    digit = lines[at][10]
    lines[at] = lines[at][:10] + ("0" if digit != "0" else "1") + lines[at][11:]
    path.write_text("\n".join(lines))
    assert "no whole Licorne key" in (await refusal(custody)).sentence


async def test_errors_never_tell_the_key(path: Path, custody: KeyFileCustody):
    key = next(line[4:] for line in path.read_text().splitlines() if line.startswith("key "))
    path.chmod(0o644)
    problem = await refusal(custody)
    assert key not in str(problem)
    path.chmod(0o600)
    path.write_text(path.read_text().replace("check ", "check 0"))
    assert key not in str(await refusal(custody))
