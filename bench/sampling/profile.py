"""From a sampled run to the tables of the report."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.report.section import table
from bench.sampling.account import shares_by_function, shares_by_part
from bench.sampling.recording import read_stacks, recording

_FUNCTIONS = 12
_SMALLEST_PART = 0.005

_ABOUT = """\
Licorne's Python processes, main threads, {total:,} samples of processor time in a run of its own (a
sample belongs to the innermost part that owns a function on the stack):"""


def new_samples_folder(parent: Path) -> Path:
    """Make a folder into which processes of any user may write their samples."""
    folder = Path(tempfile.mkdtemp(prefix="samples-", dir=parent))
    folder.chmod(0o1777)
    return folder


def profile(samples: Path, run: Callable[[], object]) -> tuple[str, ...]:
    """Run under the sampler, and write which parts and which functions took the
    processor's time.
    """
    with recording(samples):
        run()
    stacks = read_stacks(samples)
    total = sum(stack.samples for stack in stacks)
    if not total:
        return ("The sampler noted nothing: the product doesn't hand its environment on.",)
    parts = [
        (share.what, f"{share.part:.1%}")
        for share in shares_by_part(stacks)
        if share.part >= _SMALLEST_PART
    ]
    functions = [
        (f"`{share.what}`", f"{share.part:.1%}") for share in shares_by_function(stacks, _FUNCTIONS)
    ]
    return (
        _ABOUT.format(total=total),
        table(("part", "share"), parts),
        "The functions that were innermost most often (C code counts for its caller):",
        table(("function", "share"), functions),
    )
