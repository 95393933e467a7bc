"""The process that reads mail: `python -m … LIMITS`, a socket as its standard input, nothing else.

It can't use more memory or processor time than it was given, can't open files or sockets once it
has started, writes no core, holds no secret (its environment is empty) and ends with its parent.
It prints nothing: an exception's text could hold a patient's words.
"""

import os
import resource
import select
import signal
import socket
import sys

from licorne.edges.submission.mime.charsets import load_all_codecs
from licorne.edges.submission.mime.limits import MAX_MESSAGE_BYTES
from licorne.edges.submission.mime.parse_message import parse_message
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused
from licorne.edges.submission.mime.worker_protocol import (
    REPLY_LENGTH,
    REQUEST_LENGTH,
    encode_parsed,
    encode_refusal,
)

_PARENT_LOOKED_FOR_EVERY = 5.0  # seconds


def main() -> None:
    """Serve until the other end closes or the parent is gone."""
    memory_bytes, processor_seconds, parent = (int(argument) for argument in sys.argv[1:4])
    # Some event loops hand down more than they were asked to.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    connection = socket.socket(fileno=0)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    load_all_codecs()
    _give_up_everything_else(memory_bytes)
    # A clean end leaves no trace either: nothing is flushed, no interpreter is torn down.
    try:
        while _wait_for_work(connection, parent):
            length = _receive(connection, REQUEST_LENGTH.size)
            _allow_processor_time(processor_seconds)
            _answer(connection, REQUEST_LENGTH.unpack(length)[0])
    except (OSError, EOFError, MemoryError):
        pass
    os._exit(0)


def _give_up_everything_else(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Every descriptor below is in use, so none can be made: no file, no socket, no pipe.
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


def _allow_processor_time(seconds: int) -> None:
    """The limit counts from the process's birth: move it before every message.

    The kernel ends the process with SIGXCPU, by which the parent knows whose fault it was.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _wait_for_work(connection: socket.socket, parent: int) -> bool:
    """True when there is something to read; False when the parent is gone."""
    while not select.select([connection], [], [], _PARENT_LOOKED_FOR_EVERY)[0]:
        if os.getppid() != parent:
            return False
    return True


def _receive(connection: socket.socket, length: int) -> bytearray:
    received = bytearray(length)
    view = memoryview(received)
    while view:
        count = connection.recv_into(view)
        if count == 0:
            raise EOFError
        view = view[count:]
    return received


def _answer(connection: socket.socket, length: int) -> None:
    if length > MAX_MESSAGE_BYTES:
        raise EOFError
    raw = bytes(_receive(connection, length))
    contents: list[bytes] = []
    try:
        parsed = parse_message(raw)
        reply = encode_parsed(parsed)
        contents = [attachment.content for attachment in parsed.content.attachments]
    except SubmissionRefused as refused:
        reply = encode_refusal(refused.reason or RefusalReason.TOO_COMPLEX)
    except MemoryError:
        reply = encode_refusal(RefusalReason.TOO_COMPLEX)
    except Exception as surprise:  # noqa: BLE001 - the sender tries again; the cause is logged
        reply = encode_refusal(RefusalReason.READER_FAILED, _kind_and_place(surprise))
    connection.sendall(REPLY_LENGTH.pack(len(reply)) + reply)
    for content in contents:
        connection.sendall(content)


def _kind_and_place(surprise: Exception) -> str:
    """Name an error without its text, which could quote the message."""
    trace = surprise.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(surprise).__name__} in {place}"


if __name__ == "__main__":
    main()
