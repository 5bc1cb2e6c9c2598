"""What held a lease is known to be gone where that can be known, and nowhere else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from ai_prism.storage import holders

ASK = "from ai_prism.storage.holders import new_holder; print(new_holder(), flush=True); input()"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[str]]:
    """A process that has told a holder's name and lives until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_a_holder_is_gone_when_its_process_was_killed_and_not_before(
    child: subprocess.Popen[str],
) -> None:
    holder = child.stdout.readline().strip()
    before = holders.is_gone(holder)

    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and its parent has not asked
    unasked = holders.is_gone(holder)
    child.wait()

    assert not before
    assert unasked
    assert holders.is_gone(holder)


def test_a_holder_that_is_only_frozen_is_not_gone(child: subprocess.Popen[str]) -> None:
    holder = child.stdout.readline().strip()

    child.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)

    assert not holders.is_gone(holder)


def test_an_id_that_was_given_to_another_process_since_is_not_the_holder() -> None:
    here, pid, started, once = holders.new_holder().split("-")
    earlier = f"{here}-{pid}-{int(started, 16) - 1:x}-{once}"

    assert holders.is_gone(earlier)
    assert not holders.is_gone("-".join((here, pid, started, once)))


def test_a_process_may_have_any_name() -> None:
    # The kernel cuts names off after 15 bytes, in the middle of a letter too.
    rename = "open('/proc/self/comm', 'wb').write('a) Schlusspruf\u00fc'.encode()[:15]);"
    with subprocess.Popen(
        [sys.executable, "-c", rename + ASK], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        holder = process.stdout.readline().decode().strip()
        here, pid, started, once = holder.split("-")
        is_gone = holders.is_gone(holder)
        earlier_is_gone = holders.is_gone(f"{here}-{pid}-{int(started, 16) - 1:x}-{once}")
        process.kill()

    assert not is_gone
    assert earlier_is_gone


@pytest.mark.parametrize(
    "elsewhere", ["0badcafe-3fffff-1-00000000", "550e8400-e29b-41d4-a716-446655440000", ""]
)
def test_of_a_holder_elsewhere_nothing_is_known(elsewhere: str) -> None:
    assert not holders.is_gone(elsewhere)


def test_each_lease_has_a_name_of_its_own_that_fits_its_column() -> None:
    names = {holders.new_holder() for _ in range(100)}

    assert len(names) == 100
    assert max(len(name) for name in names) <= 36
