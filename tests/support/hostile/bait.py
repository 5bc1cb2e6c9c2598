"""Something for hostile files to reach for, and somebody who notes whether they get there."""

import socketserver
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_SECRET = "Quixotic zebras jinxed my vow."  # in no document


class Trap(NamedTuple):
    """What no reader may touch: as `Bait`, with a way to see who did."""

    url: str
    secret: Path
    folder: Path
    visits: list[str]  #: the first line of each connection that came to `url`
    leaks: list[str]  #: the files whose reading brought the secret to light

    def search(self, key: str, text: str) -> None:
        """Note *key* where *text* holds what stands in the secret file."""
        if _SECRET in text:
            self.leaks.append(key)

    def strays(self) -> list[str]:
        """Return the files that the corpus's archives would leave behind if unpacked."""
        roots = (Path(tempfile.gettempdir()), self.folder, Path("/"), Path.cwd())
        return [str(path) for root in roots for path in root.glob("ai-prism-hostile*")]


@contextmanager
def trap(folder: Path) -> Iterator[Trap]:
    """Yield a trap: a secret file in *folder*, and a listener on this machine."""
    visits: list[str] = []

    class Note(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            visits.append(self.rfile.readline(200).decode("latin-1").strip())

    secret = folder / "secret.txt"
    secret.write_text(_SECRET)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Note) as server:
        listening = threading.Thread(target=server.serve_forever)
        listening.start()
        try:
            yield Trap(f"http://127.0.0.1:{server.server_address[1]}", secret, folder, visits, [])
        finally:
            server.shutdown()
            listening.join()
