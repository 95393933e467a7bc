"""Where the processes of one start keep their counts, so that one of them can give all out.

prometheus-client looks for the folder in the environment when it is imported: it is named before
any role is forked, and imported only after.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextlib.contextmanager
def counting_folder() -> Iterator[str]:
    """Make the folder, for this user only, and take it away at the end."""
    folder = tempfile.mkdtemp(prefix="licorne-metrics-")
    os.environ[_VARIABLE] = folder
    try:
        yield folder
    finally:
        del os.environ[_VARIABLE]
        shutil.rmtree(folder, ignore_errors=True)


def is_counting() -> bool:
    return _VARIABLE in os.environ


def folder_of_counts() -> str:
    return os.environ[_VARIABLE]
