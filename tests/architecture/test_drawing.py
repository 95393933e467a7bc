"""The drawing in the docs is the code's."""

import subprocess
import sys
from pathlib import Path

DRAW = Path(__file__).resolve().parents[2] / "docs" / "architecture" / "draw.py"


def test_the_drawing_of_the_architecture_shows_the_code_as_it_is() -> None:
    checked = subprocess.run(
        [sys.executable, DRAW, "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
