"""A launcher to be killed: starts a cluster, says where it is, and waits for its end."""

import json
import signal
import sys
from pathlib import Path

from licorne.adapters.embedded_postgres import start_embedded_postgres_and_wait


def main() -> None:
    running = start_embedded_postgres_and_wait(Path(sys.argv[1]), fsync=False)
    report = {
        "process_id": running.process_id,
        "url": running.url(),
        "socket_directory": str(running.socket_directory),
    }
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
