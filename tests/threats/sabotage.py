"""Takes the product's defences out, one after the other, and sees that tests notice.

    python -m tests.threats.sabotage [THREAT …]

Each defence is taken out in a copy of the source, never in the checkout. A test that still passes
without the defence that it is said to hold is told at the end, with exit status 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.threats.removed.carriers import CARRIERS
from tests.threats.removed.defence import Change, Removed
from tests.threats.removed.officers import OFFICERS
from tests.threats.removed.operation import OPERATION
from tests.threats.removed.patients import PATIENTS
from tests.threats.removed.people import PEOPLE
from tests.threats.removed.programs import PROGRAMS
from tests.threats.removed.rows import ROWS
from tests.threats.removed.senders import SENDERS
from tests.threats.removed.staff import STAFF

ROOT = Path(__file__).parents[2]
REMOVED = (
    *PATIENTS,
    *PEOPLE,
    *PROGRAMS,
    *ROWS,
    *SENDERS,
    *STAFF,
    *OPERATION,
    *CARRIERS,
    *OFFICERS,
)


def take_out(source: Path, change: Change) -> None:
    """Change a file of a copy. Raises `AssertionError` when the place isn't found exactly once."""
    path = source / "licorne" / change.file
    text = path.read_text(encoding="utf-8")
    assert text.count(change.before) == 1, (change.file, change.before, text.count(change.before))
    path.write_text(text.replace(change.before, change.after), encoding="utf-8")


def without(removed: Removed) -> dict[str, bool]:
    """Say of each test whether it failed, as it should."""
    with tempfile.TemporaryDirectory(prefix="licorne-sabotaged-") as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        for change in removed.changes:
            take_out(source, change)
        environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
        return {test: _fails(test, environment) for test in removed.tests}


def _fails(test: str, environment: dict[str, str]) -> bool:
    """Say whether a test came to its end and failed; one that can't even begin doesn't count."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "-p", "no:cacheprovider", test]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return (
        done.returncode == 1
        and "\nFAILED tests/" in done.stdout
        and "\nERROR tests/" not in done.stdout
    )


def main(wanted: list[str]) -> int:
    unnoticed = []
    for removed in REMOVED:
        if wanted and str(removed.threat) not in wanted:
            continue
        for test, failed in without(removed).items():
            print(
                f"{removed.threat:>2} {'noticed' if failed else 'UNNOTICED'}: {removed.what} ({test})",
                flush=True,
            )
            if not failed:
                unnoticed.append(test)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
