"""A sampler that Python loads by itself at start when this folder is on ``PYTHONPATH``.

While the file ``record`` exists in the folder named by ``BENCH_SAMPLES``, a timer that counts this
process's processor time interrupts the main thread some 200 times a second and notes its stack;
when the file goes, the stacks are written beside it as ``<pid>.samples``: one line per stack, its
count, then ``file:function`` from the outside in, separated by tabs. A tracing profiler such as
cProfile would slow small Python functions far more than the C code between them, and so blame the
wrong ones.

Only the standard library: this runs before anything else is imported.
"""

import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType

_INTERVAL_S = 0.005
_LOOK_S = 0.1
_DEEPEST = 80

_stacks: Counter[tuple[CodeType, ...]] = Counter()


def _note(_: int, frame: FrameType | None) -> None:
    stack: list[CodeType] = []
    while frame is not None and len(stack) < _DEEPEST:
        stack.append(frame.f_code)
        frame = frame.f_back
    _stacks[tuple(reversed(stack))] += 1


def _write(folder: Path) -> None:
    noted = dict(_stacks)
    _stacks.clear()
    path = folder / f"{os.getpid()}.samples"
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as out:
        for stack, count in noted.items():
            places = (f"{code.co_filename}:{code.co_qualname}" for code in stack)
            out.write("\t".join([str(count), *places]) + "\n")
    unfinished.replace(path)


def _watch(folder: Path) -> None:
    recording = False
    record = folder / "record"
    while True:
        wanted = record.exists()
        if wanted and not recording:
            _stacks.clear()
            signal.setitimer(signal.ITIMER_PROF, _INTERVAL_S, _INTERVAL_S)
        elif recording and not wanted:
            signal.setitimer(signal.ITIMER_PROF, 0)
            _write(folder)
        recording = wanted
        time.sleep(_LOOK_S)


def _install(folder: Path) -> None:
    signal.signal(signal.SIGPROF, _note)
    threading.Thread(target=_watch, args=(folder,), daemon=True, name="bench sampler").start()


if "BENCH_SAMPLES" in os.environ:
    _install(_folder := Path(os.environ["BENCH_SAMPLES"]))
    # A forked child inherits neither the timer nor the watching thread.
    os.register_at_fork(after_in_child=lambda: _install(_folder))
