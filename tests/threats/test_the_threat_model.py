"""docs/threat-model.md names tests that are there, for every threat, and all that sabotage names."""

import re
from pathlib import Path

from tests.threats.sabotage import REMOVED, ROOT

ROW = re.compile(
    r"^\| (\d+) \| (?P<threat>[^|]+) \| (?P<defence>[^|]+) \| (?P<held>[^|]+) \|$", re.MULTILINE
)
NAMED = re.compile(r"`([^`]+)`")
# Of 27 the tests are 26's; of 30 and 41 there is none to be named.
WITHOUT = {27, 41}


def rows() -> dict[int, str]:
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    found = [(int(row[1]), row["held"]) for row in ROW.finditer(text)]
    assert [number for number, _held in found] == list(range(1, 43))
    return dict(found)


def files_of(held: str) -> set[Path]:
    """The files that a row names; a name without a folder lies beside the one before it."""
    files: set[Path] = set()
    folder = Path()
    for name in NAMED.findall(held):
        if name.startswith("--"):
            continue
        path = folder / name if "/" not in name else Path(name)
        there = {file.relative_to(ROOT) for file in ROOT.glob(str(path))}
        assert there, f"{path} isn't there"
        files |= there
        folder = path.parent
    return files


def test_every_threat_links_to_tests_that_are_there():
    without = {number for number, held in rows().items() if not files_of(held)}
    assert without == WITHOUT


def test_a_threat_links_to_each_test_that_fails_without_its_defence():
    linked = {number: files_of(held) for number, held in rows().items()}
    missing = {
        (removed.threat, test.partition("::")[0])
        for removed in REMOVED
        for test in removed.tests
        if Path(test.partition("::")[0]) not in linked[removed.threat]
    }
    assert sorted(missing) == []
