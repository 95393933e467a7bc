"""What every scenario gets: a folder on one disk, how long to measure, and a voice."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load.closed_loop import Load


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how long. The quick plan shows that everything works; its figures are rough."""

    rounds: int
    warm_up_s: float
    window_s: float

    def load(self, sessions: int) -> Load:
        """Return the load for this many sessions."""
        return Load(sessions, self.warm_up_s, self.window_s)


FULL_PLAN = Plan(rounds=7, warm_up_s=1.0, window_s=4.0)
QUICK_PLAN = Plan(rounds=2, warm_up_s=0.3, window_s=1.5)


@dataclass(frozen=True, slots=True)
class Workshop:
    """One run of the bench. Databases, queues and logs lie below ``folder``, all on one file
    system.
    """

    folder: Path
    plan: Plan

    def place(self, name: str) -> Path:
        """Make a folder for one part of the run; other users may pass through it
        (Postfix has to).
        """
        made = self.folder / name
        made.mkdir(mode=0o711)
        return made


@contextmanager
def open_workshop(parent: Path | None, plan: Plan) -> Iterator[Workshop]:
    """Make the folder under ``parent`` (the system's temporary folder by default), remove it at the
    end.
    """
    with tempfile.TemporaryDirectory(
        prefix="licorne-bench-", dir=parent, ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield Workshop(folder, plan)


def say(sentence: str) -> None:
    """Tell the person what goes on."""
    print(sentence, flush=True)
