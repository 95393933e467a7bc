"""The email programs that are written for Node, installed beside Python's packages, once.

`node/package-lock.json` names their versions and checksums and no address: npm asks whatever
registry it is set up with.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMED = Path(__file__).parent / "node"
FOLDER = Path(sys.prefix) / "node"  # in .venv: not in git, and gone with `make clean`
_STAMP = FOLDER / ".installed"


class NodePackagesMissing(Exception):
    """They could not be installed; the text says what happened."""


def install_node_packages() -> None:
    """Raises `NodePackagesMissing`."""
    wanted = hashlib.sha256((_NAMED / "package-lock.json").read_bytes()).hexdigest()
    if _STAMP.exists() and _STAMP.read_text() == wanted:
        return
    FOLDER.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(_NAMED / name, FOLDER / name)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NodePackagesMissing(f"npm could not install the email program:\n{done.stderr}")
    _STAMP.write_text(wanted)


def node_environment() -> dict[str, str]:
    """So that a script finds them."""
    return {**os.environ, "NODE_PATH": str(FOLDER / "node_modules")}
