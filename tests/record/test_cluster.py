"""A batch on a Dask cluster: a real scheduler, and two workers of which one is killed while it makes a report."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkers import FOREVER
from conftest import COMMAND, WORKSPACE, run

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="finds the kernel of a worker in /proc")
DASK = Path(sys.executable).with_name("dask")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, dict[int, subprocess.Popen[bytes]]]]:
    """Return the address of a scheduler, and two workers by their numbers."""
    file = tmp_path / "scheduler.json"
    here = ["--host", "127.0.0.1", "--no-dashboard"]
    calls = [["scheduler", *here, "--port", "0", "--scheduler-file", file]]
    calls += [["worker", *here, "--no-nanny", "--nthreads", "2", "--scheduler-file", file]] * 2
    with contextlib.ExitStack() as opened:
        running = []
        for call in calls:
            process = subprocess.Popen([DASK, *call], cwd=tmp_path, stderr=subprocess.DEVNULL)
            opened.callback(process.wait)
            opened.callback(process.kill)
            running.append(process)
            wait_for(file.exists)
        address = str(json.loads(file.read_text(encoding="utf-8"))["address"])
        yield address, {process.pid: process for process in running[1:]}


def wait_for(happened: object) -> object:
    assert callable(happened)
    end = time.monotonic() + FOREVER
    while not (outcome := happened()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return outcome


def test_a_batch_on_a_cluster_loses_nothing_and_doubles_nothing_when_a_worker_is_killed(
    cluster: tuple[str, dict[int, subprocess.Popen[bytes]]], drafts: Path, tmp_path: Path
) -> None:
    address, workers = cluster
    reports = tmp_path / "reports"
    kinds = ["--kind", "strategic-group", "--kind", "annual-achievements"]  # which take the least time
    call = ["batch", *kinds, "--from", "2019-20-Q4", "--to", "2020-21", "--reports", reports]
    batch = subprocess.Popen(
        [COMMAND, *call, "--scheduler", address],
        cwd=WORKSPACE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    busy = wait_for(lambda: next((worker for worker in workers if runs_a_notebook(worker)), batch.poll() is not None))
    assert busy in workers, batch.communicate()
    os.kill(int(str(busy)), signal.SIGKILL)
    stdout, stderr = batch.communicate()
    assert (batch.returncode, stderr) == (0, "")
    assert [line.partition(",")[0] for line in stdout.splitlines()] == [
        "strategic-group: nothing to report of 2020-21-Q1 to 2020-21-Q4",
        "2019-20-Q4/strategic-group-board: made",
        "2020-21/annual-achievements-board: made",
        "2 made",
    ]
    for file in sorted((drafts / "2020-21").iterdir()):
        assert (reports / "drafts/2020-21" / file.name).read_bytes() == file.read_bytes(), file.name


def runs_a_notebook(worker: int) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = (process / "stat").read_text(encoding="utf-8").rpartition(") ")[2].split()[1]
            if parent == str(worker) and b"ipykernel" in (process / "cmdline").read_bytes():
                return True
    return False


def test_a_scheduler_that_does_not_answer_is_a_wrong_call(tmp_path: Path) -> None:
    call = ("batch", "--kind", "data-sheet", "--from", "2021-03", "--to", "2021-03", "--reports", str(tmp_path))
    done = run(*call, "--scheduler", "nowhere://127.0.0.1:1")
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2 and "scheduler: found 'nowhere://127.0.0.1:1', expected the address" in line
