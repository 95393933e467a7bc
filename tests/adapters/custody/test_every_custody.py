"""What every custody of K0 holds: one suite over the key file, a passphrase, Vault and AWS KMS."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import boto3
import pytest
from tests.support.object_server import ObjectServer
from tests.support.vault_server import VaultServer, vault_server

from licorne.adapters.custody import passphrase
from licorne.adapters.custody.aws_kms import AwsKms, AwsKmsCustody
from licorne.adapters.custody.key_file import KeyFileCustody
from licorne.adapters.custody.passphrase import PassphraseCustody
from licorne.adapters.custody.vault_transit import VaultTransit, VaultTransitCustody
from licorne.adapters.system import SystemClock, SystemRandomness
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.ports.key_custody import KeyCustody, KeyUnavailable

RANDOMNESS = SystemRandomness()
CHEAP = PasswordCosts(memory_kib=64, passes=1)
WORDS = "six random words of the operator"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[VaultServer]:
    with vault_server(tmp_path / "tls") as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    passphrase._OPENED.clear()
    yield
    passphrase._OPENED.clear()


def vault_custody(server: VaultServer, folder: Path) -> VaultTransitCustody:
    token = folder / "vault-token"
    token.write_text(server.token + "\n")
    return VaultTransitCustody(
        VaultTransit(server.url, "licorne", "transit", token, server.ca_file, "")
    )


def kms_of(server: ObjectServer, folder: Path, key: str | None = None) -> AwsKms:
    client = server._client("kms", *server._keys)
    key = key or client.create_key()["KeyMetadata"]["Arn"]
    credentials = folder / "kms.toml"
    credentials.write_text(
        f'access_key_id = "{server._keys[0]}"\nsecret_access_key = "{server._keys[1]}"\n'
    )
    return AwsKms(key, "us-east-1", server.url, credentials)


@dataclass
class Kinds:
    """Makes custodies; two calls with the same name give the same K0."""

    make: dict[str, Callable[[str], KeyCustody]]


@pytest.fixture
def kinds(tmp_path: Path, vault: VaultServer, object_server: ObjectServer) -> Kinds:
    kms: dict[str, AwsKms] = {}
    servers: dict[str, VaultTransitCustody] = {}

    def key_file(name: str) -> KeyCustody:
        path = tmp_path / f"{name}.key"
        if not path.exists():
            KeyFileCustody.create(path, RANDOMNESS)
        return KeyFileCustody(path, RANDOMNESS)

    def words(name: str) -> KeyCustody:
        path = tmp_path / f"{name}.salt"
        if not path.exists():
            PassphraseCustody.create(path, lambda: WORDS, RANDOMNESS, CHEAP)
        return PassphraseCustody(path, lambda: WORDS, RANDOMNESS)

    def transit(name: str) -> KeyCustody:
        first = servers.setdefault("one", vault_custody(vault, tmp_path))
        if name == "one":
            return first
        other = VaultServer(vault.url, vault.ca_file)
        vault.versions = other.versions  # the key was thrown away and made anew
        return first

    def aws(name: str) -> KeyCustody:
        if name not in kms:
            kms[name] = kms_of(object_server, tmp_path)
        return AwsKmsCustody(kms[name], SystemClock())

    return Kinds({"key_file": key_file, "passphrase": words, "vault": transit, "aws_kms": aws})


KINDS = ("key_file", "passphrase", "vault", "aws_kms")


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_wrapped_opens_again_under_its_own_name_only(kinds: Kinds, kind: str):
    secret = b"s" * 32
    wrapped = await kinds.make[kind]("one").wrap("lookup/1", secret)
    assert secret not in wrapped
    assert await kinds.make[kind]("one").unwrap("lookup/1", wrapped) == secret
    assert await kinds.make[kind]("one").wrap("lookup/1", secret) != wrapped
    with pytest.raises(KeyUnavailable):
        await kinds.make[kind]("one").unwrap("sign/1", wrapped)


@pytest.mark.parametrize("kind", KINDS)
async def test_another_k0_opens_nothing_and_says_what_to_do(kinds: Kinds, kind: str):
    wrapped = await kinds.make[kind]("one").wrap("lookup/1", b"s" * 32)
    with pytest.raises(KeyUnavailable) as refused:
        await kinds.make[kind]("two").unwrap("lookup/1", wrapped)
    assert refused.value.sentence.endswith(".")
    assert WORDS not in str(refused.value)


async def test_a_passphrase_is_asked_for_once_and_a_wrong_one_again(tmp_path: Path):
    path, asked = tmp_path / "one.salt", []

    def ask() -> str | None:
        asked.append(len(asked))
        return (None, "wrong words", WORDS)[len(asked) - 1]

    wrapped = await PassphraseCustody.create(path, lambda: WORDS, RANDOMNESS, CHEAP).wrap(
        "sign/1", b"s" * 32
    )
    passphrase._OPENED.clear()
    custody = PassphraseCustody(path, ask, RANDOMNESS)
    for cause in ("no passphrase at hand", "another passphrase"):
        with pytest.raises(KeyUnavailable, match=cause):
            await custody.unwrap("sign/1", wrapped)
    for _ in range(2):
        assert await custody.unwrap("sign/1", wrapped) == b"s" * 32
    assert len(asked) == 3
    content = path.read_text()
    assert WORDS not in content
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        PassphraseCustody.create(path, lambda: WORDS, RANDOMNESS, CHEAP)
    path.write_text(content.replace("salt ", "salt zz"))
    passphrase._OPENED.clear()
    with pytest.raises(KeyUnavailable, match="damaged"):
        await PassphraseCustody(path, lambda: WORDS, RANDOMNESS).unwrap("sign/1", wrapped)


async def test_vault_is_believed_only_with_its_certificate_and_says_why_it_refuses(
    tmp_path: Path, vault: VaultServer
):
    custody = vault_custody(vault, tmp_path)
    wrapped = await custody.wrap("sign/1", b"s" * 32)
    assert wrapped.startswith(b"vault:v1:")
    vault.rotate()
    assert await custody.unwrap("sign/1", wrapped) == b"s" * 32
    assert (await custody.wrap("sign/1", b"s" * 32)).startswith(b"vault:v2:")
    vault.sealed = True
    with pytest.raises(KeyUnavailable, match="sealed"):
        await custody.unwrap("sign/1", wrapped)
    vault.sealed = False
    (tmp_path / "vault-token").write_text("hvs.renewed")
    with pytest.raises(KeyUnavailable, match="refuses the token"):
        await custody.unwrap("sign/1", wrapped)
    vault.token = "hvs.renewed"  # the agent renewed it: nothing has to be restarted
    assert await custody.unwrap("sign/1", wrapped) == b"s" * 32
    at = VaultTransit(
        vault.url, "licorne", "elsewhere", tmp_path / "vault-token", vault.ca_file, ""
    )
    with pytest.raises(KeyUnavailable, match="no transit engine"):
        await VaultTransitCustody(at).unwrap("sign/1", wrapped)
    before = len(vault.seen)
    for wrong in (
        replace(at, mount="transit", ca_file=None),  # a certificate that nobody here trusts
        replace(at, mount="transit", url=vault.url.replace("localhost", "127.0.0.2")),
    ):
        with pytest.raises(KeyUnavailable, match="doesn't answer"):
            await VaultTransitCustody(wrong).unwrap("sign/1", wrapped)
    assert len(vault.seen) == before  # neither token nor key left this process


async def test_kms_gets_a_signed_request_with_the_subkeys_name_as_context(
    tmp_path: Path, object_server: ObjectServer
):
    """The server checks the signature of every request (moto's rights checks)."""
    kms = kms_of(object_server, tmp_path)
    custody = AwsKmsCustody(kms, SystemClock())
    wrapped = await custody.wrap("sign/1", b"s" * 32)
    client = boto3.client(
        "kms",
        endpoint_url=object_server.url,
        region_name="us-east-1",
        aws_access_key_id=object_server._keys[0],
        aws_secret_access_key=object_server._keys[1],
    )
    opened = client.decrypt(CiphertextBlob=wrapped, EncryptionContext={"licorne:subkey": "sign/1"})
    assert opened["Plaintext"] == b"s" * 32
    with pytest.raises(KeyUnavailable, match="no key"):
        await AwsKmsCustody(replace(kms, key="alias/none"), SystemClock()).wrap("sign/1", b"s")
    kms.credentials_file.write_text(
        kms.credentials_file.read_text().replace(object_server._keys[1], "x" * 40)
    )
    with pytest.raises(KeyUnavailable, match="AWS KMS refuses") as refused:
        await custody.unwrap("sign/1", wrapped)
    assert json.dumps(object_server._keys) not in str(refused.value)
    away = AwsKmsCustody(replace(kms, endpoint="http://127.0.0.1:1"), SystemClock())
    with pytest.raises(KeyUnavailable, match="doesn't answer"):
        await away.wrap("sign/1", b"s" * 32)
