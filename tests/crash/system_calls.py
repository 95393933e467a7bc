"""Reads what strace wrote: what was done to which file or connection, in order."""

import re
from dataclasses import dataclass
from pathlib import Path

WRITES = {"write", "writev", "sendto", "sendmsg"}
READS = {"read", "recvfrom", "recvmsg"}
_TRACED = [*sorted(WRITES | READS), "fsync", "fdatasync", "rename", "renameat", "renameat2"]
COMMAND = (
    "strace",
    "--follow-forks",
    "--seccomp-bpf",  # only what is traced is slowed down
    "--decode-fds=all",  # names of files and ends of connections
    "--string-limit=100",
    "--signal=none",
    f"--trace={','.join(_TRACED)}",
)

# 1234  write(5</home/x>, "…", 10) = 10, which another process's call may cut in two.
_WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
_BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>")
_ENDED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)")
_PATH = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that succeeded, standing where it ended."""

    name: str
    arguments: str

    @property
    def descriptor(self) -> str:
        """What it was done to: the number, and behind it the file's name or connection's ends."""
        return self.arguments.partition(", ")[0]

    @property
    def paths(self) -> tuple[str, str]:
        """Of a rename: from where and to where."""
        source, target = _PATH.findall(self.arguments)
        return source, target


def read_calls(trace: Path) -> list[Call]:
    begun: dict[str, str] = {}
    calls = []
    for line in trace.read_text(errors="replace").splitlines():
        if cut := _BEGUN.match(line):
            begun[cut[1]] = cut[3]
        elif ended := _ENDED.match(line):
            if int(ended[4]) >= 0:
                calls.append(Call(ended[2], begun.pop(ended[1], "") + ended[3]))
        elif (call := _WHOLE.match(line)) and int(call[4]) >= 0:
            calls.append(Call(call[2], call[3]))
    return calls
