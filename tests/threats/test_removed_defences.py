"""That the places at which `tests.threats.sabotage` takes defences out are still there."""

from pathlib import Path

import pytest
from tests.threats.removed.defence import Removed
from tests.threats.sabotage import REMOVED, ROOT

SHOWN = {*range(1, 22), *range(24, 27), *range(28, 32), 32, 34, 37, 38, 39, 42}


@pytest.mark.parametrize("removed", REMOVED, ids=lambda one: f"{one.threat}: {one.what}")
def test_a_defence_can_be_taken_out_and_its_tests_are_there(removed: Removed):
    for change in removed.changes:
        text = (ROOT / "src" / "licorne" / change.file).read_text(encoding="utf-8")
        assert text.count(change.before) == 1, change
    for test in removed.tests:
        file, _, name = test.partition("::")
        told = Path(ROOT / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in told


def test_every_threat_that_this_release_meets_has_a_defence_to_take_out():
    assert {removed.threat for removed in REMOVED} == SHOWN
