"""What a machine can hold of the house's style: size, rings, no strangers in the tree."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_python_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"one idea a file; cut these along their ideas: {long}"


def test_the_rings_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
    named = [path for path in _tracked("src/*.py") if path.stem in empty]
    assert not named


def test_no_file_holds_the_address_of_a_package_registry() -> None:
    registry = re.compile(
        r"(files\.pythonhosted|pypi\.org/simple|registry\.npmjs|deb\.debian\.org|index-url)"
    )
    this = Path(__file__)
    found = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path != this
        and path.stat().st_size < 2_000_000
        and registry.search(path.read_text(encoding="utf-8", errors="ignore"))
        and path.name != "Makefile"  # names the option that leaves addresses out
    ]
    assert not found


def test_sql_stands_only_in_the_store() -> None:
    statement = re.compile(
        r'"\s*(?:SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM) ', re.IGNORECASE
    )
    strangers = [
        str(path.relative_to(ROOT))
        for path in _tracked("src/licorne/*.py")
        if "/store/" not in path.as_posix() and statement.search(path.read_text(encoding="utf-8"))
    ]
    # The demo asks the cluster whether its database is there, before the store has one.
    assert strangers in ([], ["src/licorne/wiring/demo.py"])
