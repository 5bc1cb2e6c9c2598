"""Feeds the readers damaged files for a stated time, and keeps what breaks them.

Good samples of every format are damaged at random: bytes turned, pieces doubled, cut out or
swapped, words of the format put in; in archives one part is damaged and packed anew, so that the
damage reaches the reader behind the archive. Each is read and its sections are detected. A fault
is any error that is not one of ours for documents, a place in the text that is not exact, a crash,
or a file that takes too long.

    make fuzz SECONDS=600 SEED=1

The files that broke something are kept in the folder that is printed. Exit code 1 if there are any.
"""

import argparse
import io
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from ai_prism import examples
from ai_prism.core.errors import Unreadable
from ai_prism.core.readers import read
from ai_prism.core.readers.recognition import Picture, Row
from ai_prism.core.sections import detect_sections
from support.documents import SAMPLES

#: Files read by one process before the next is started: what they leave behind must not add up.
ROUND = 200
FILE_SECONDS_LIMIT = 20.0
_WORDS = [
    *(b"0", b"-1", b"99999999999", b"1e309", b"NaN", b"\0", b"\xff\xfe", b"\xed\xa0\x80", b" "),
    *(b"<", b">", b"</w:p>", b"<w:tbl>", b"<w:tc>", b"<text:p>", b"&x;", b"&#0;", b"]]>", b'="'),
    *(b" 0 R", b"obj", b"<<", b">>", b"[", b"]", b"stream\n", b"endstream", b"/Kids", b"/Parent"),
    *(b"{", b"}", b"\\par", b"\\bin9", b"\\u-1?", b"\\'", b"#", b"|", b"`", b"- ", b"> ", b"\n\n"),
    *(b"--b", b"Content-Type: ", b"=?", b"?=", b"\r\n\r\n", b"<td colspan=9>", b"<li>", b"<table>"),
]


class OutOfPlace(Exception):
    """Something does not stand in the text where it is said to."""


def main() -> int:
    """Damage and read until the time is over; print what was done."""
    options = _options()
    finds = Path(tempfile.mkdtemp(prefix="ai-prism-fuzz-"))
    print(f"seed {options.seed}, {options.seconds:.0f} s, finds are kept in {finds}", flush=True)
    samples = _samples()
    done = multiprocessing.Value("L", 0)
    deadline = time.monotonic() + options.seconds
    number = 0
    while time.monotonic() < deadline:
        _run_round(samples, f"{options.seed}-{number}", finds, done, deadline)
        number += 1
    found = sorted(finds.glob("*.txt"))
    print(f"files read           {done.value}, made of {len(samples)} samples")
    print(f"broke something      {len(found)}")
    for path in found:
        print(f"\n{path.name}\n{path.read_text()[-600:]}")
    return 1 if found else 0


def _samples() -> list[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, write in SAMPLES.values():
            write(Path(folder, name))
        paths = [*Path(folder).iterdir(), *(examples.path(one.name) for one in examples.EXAMPLES)]
        return sorted((path.name, path.read_bytes()) for path in paths)


def _run_round(
    samples: list[tuple[str, bytes]], seed: str, finds: Path, done: object, deadline: float
) -> None:
    """Read a round of files in a child; a child that dies or hangs is a find too."""
    with tempfile.TemporaryDirectory() as folder:
        child = multiprocessing.Process(
            target=_read_round, args=(samples, seed, Path(folder), finds, done, deadline)
        )
        child.start()
        while child.is_alive():
            child.join(1.0)
            if _age(Path(folder)) > FILE_SECONDS_LIMIT:
                break
        code = child.exitcode
        child.kill()
        child.join()
        if code != 0:
            what = "it took too long" if code is None else f"it ended its process ({code})"
            for path in Path(folder).iterdir():
                _keep(finds, seed, path.name, path.read_bytes(), what)


def _age(folder: Path) -> float:
    try:
        return max((time.time() - path.stat().st_mtime for path in folder.iterdir()), default=0.0)
    except FileNotFoundError:
        return 0.0  # the child has gone on to the next file


def _read_round(
    samples: list[tuple[str, bytes]],
    seed: str,
    folder: Path,
    finds: Path,
    done: "multiprocessing.sharedctypes.Synchronized[int]",
    deadline: float,
) -> None:
    chance = random.Random(seed)
    for number in range(ROUND):
        if time.monotonic() > deadline:
            return
        name, good = chance.choice(samples)
        path = folder / name
        path.write_bytes(_damaged(chance, good))
        try:
            _read(path)
        except Unreadable:
            pass
        except Exception:  # noqa: BLE001 (a fault of ours is what is looked for)
            _keep(finds, f"{seed}-{number}", name, path.read_bytes(), traceback.format_exc())
        path.unlink()
        done.value += 1


class _Unseeing:
    """Sees no words: pictures are decoded, and no time is spent in Tesseract."""

    def recognise(self, picture: Picture) -> Sequence[Row]:
        return ()


def _read(path: Path) -> None:
    document = read(path, find_recogniser=_Unseeing)
    end = 0
    for block in document.blocks:
        if not end <= block.start < block.end <= len(document.text):
            raise OutOfPlace("a block")
        end = block.end
    for section in detect_sections(document):
        title = document.text[section.start :][: len(section.title)]
        if title != section.title:
            raise OutOfPlace("a section's title")
    document.text.encode()


def _keep(finds: Path, seed: str, name: str, content: bytes, what: str) -> None:
    (finds / f"{seed}-{name}").write_bytes(content)
    (finds / f"{seed}-{name}.txt").write_text(what)


def _damaged(chance: random.Random, good: bytes) -> bytes:
    if not good.startswith(b"PK") or chance.random() < 0.1:
        return _bytes_damaged(chance, good)
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    hurt = chance.choice(sorted(name for name in parts if name != "mimetype"))
    parts[hurt] = _bytes_damaged(chance, parts[hurt])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _bytes_damaged(chance: random.Random, good: bytes) -> bytes:
    data = bytearray(good)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice([1, 4, 40, 400]))
        other = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if at < len(data):
                data[at] = chance.randrange(256)
            case 1:
                del data[at:to]
            case 2:
                data[other:other] = data[at:to] * chance.choice([1, 1, 2, 50])
            case 3:
                data[at:at] = chance.choice(_WORDS)
            case 4:
                data[at:to] = chance.choice(_WORDS) * chance.choice([1, 1, 3, 500])
            case 5:
                data[at:to] = data[other : other + to - at]
    return bytes(data)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
