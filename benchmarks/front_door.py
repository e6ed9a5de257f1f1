"""How soon the command answers, as ratios to ``import pandas`` and to an unmodified ``import great_expectations``.

Run it from the root of the checkout, with the project's own Python::

    .venv/bin/python benchmarks/front_door.py

Each call runs five times, in turn with the others, and the least CPU seconds count: what else the machine does makes a
call slower, and none quicker.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = str(Path(sys.executable).with_name("priority-two"))
RUNS = 5
RETURN = "2020-03-12_police"  # of sixty rows
OURS = "from priority_two.checks.expectation_engine import great_expectations; great_expectations()"


def cpu_seconds(call: list[str], environment: dict[str, str]) -> float:
    """Return the CPU seconds that a call takes, with all the processes that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(call, env={**os.environ, **environment}, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "data")
        shutil.copytree(ROOT / "data", data)
        stored = data / "returns" / RETURN
        terms = (stored / "terms.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
        sent = Path(folder, "police.csv")
        shutil.copy(stored / "observations.csv", sent)
        beside = sent.with_suffix(".terms.yaml")
        beside.write_text("".join(line for line in terms if not line.startswith("received:")), encoding="utf-8")
        ingest = [COMMAND, "ingest", str(sent), "--received", RETURN[:10], "--data", str(data)]
        completion = {"_PRIORITY_TWO_COMPLETE": "bash_complete", "COMP_WORDS": "priority-two re", "COMP_CWORD": "1"}
        python = [sys.executable, "-c"]
        calls: dict[str, tuple[list[str], dict[str, str], str]] = {
            "import pandas": ([*python, "import pandas"], {}, "pandas"),
            "--help": ([COMMAND, "--help"], {}, "pandas"),
            "--version": ([COMMAND, "--version"], {}, "pandas"),
            "a wrong option": ([COMMAND, "report", "--colour"], {}, "pandas"),
            "a wrong kind": ([COMMAND, "report", "newsletter"], {}, "pandas"),
            "shell completion": ([COMMAND], completion, "pandas"),
            "--help, started again": ([COMMAND, "--help"], {"PYTHONWARNINGS": "default"}, "pandas"),
            "ingest of 60 rows": (ingest, {}, "pandas"),
            "import great_expectations": ([*python, "import great_expectations"], {}, "great_expectations"),
            "the same, without what is unused": ([*python, OURS], {}, "great_expectations"),
        }
        least = dict.fromkeys(calls, float("inf"))
        for _ in range(RUNS):
            for name, (call, environment, _) in calls.items():
                shutil.rmtree(stored, ignore_errors=True)
                least[name] = min(least[name], cpu_seconds(call, environment))
        print("| call | CPU seconds | ratio | to |\n|---|---|---|---|")
        for name, (_, _, floor) in calls.items():
            print(f"| {name} | {least[name]:.2f} | {least[name] / least[f'import {floor}']:.2f} | import {floor} |")


if __name__ == "__main__":
    main()
