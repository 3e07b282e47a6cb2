"""Have a fork server run a command with this process's streams, and end as it ends.

    python -S tests/fork_client.py SOCKET ARGUMENT…

For programs that start a command themselves. It imports little, to start fast.
"""

import json
import os
import signal
import socket
import sys


def main() -> None:
    """Run the command; a SIGTERM goes on to it."""
    path, *arguments = sys.argv[1:]
    request = {"arguments": arguments, "env": dict(os.environ), "cwd": os.getcwd()}  # noqa: PTH109
    data = json.dumps(request).encode()
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    socket.send_fds(connection, [f"{len(data):8}".encode()], [0, 1, 2])
    connection.sendall(data)
    answer = connection.makefile("rb")
    process = int(answer.readline())
    signal.signal(signal.SIGTERM, lambda number, _: os.kill(process, number))
    code = int(answer.readline())
    if code < 0:
        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    main()
