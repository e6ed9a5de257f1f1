"""What a paper costs here, and what it costs with the stock pieces: the same notebooks, the same data.

The stock pipeline is the papermill command on the notebook, with Great Expectations imported in the kernel, then
``jupyter nbconvert --to html``, then the WeasyPrint command; and Chromium printing the HTML, as
``nbconvert --to webpdf`` has it do, where the machine has one. Both sides run in turn, so that what else the machine
does falls on both.

Seconds of processor are those of a command and of all that it started. Memory is that of its largest process. Run it on
a quiet machine: ``make bench``, or ``make bench QUICK=yes`` for the smallest sizes in minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from priority_two.workers import ITEMS_OF_A_PROCESS

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
LIBRARIES = ("papermill", "nbconvert", "great-expectations", "pandas", "matplotlib", "weasyprint", "ipykernel")
QUICK = {"runs": 1, "reports": [1, 4], "observations": [1_000, 10_000], "kernels": 5}
STORES = [1_000, 10_000, 100_000, 1_000_000, 5_000_000]
WHOLE = {"runs": 5, "reports": [1, 4, 16, 48, 64], "observations": STORES, "kernels": 100}
MONTHS = [f"{year}-{month:02d}" for year in (2019, 2020, 2021) for month in range(1, 13)][3:27]
"""The months of which the data that ship have something to report: 24."""
MONTHS_SENT = [f"{year}-{month:02d}" for year in range(2011, 2022) for month in range(1, 13)][3:123]
"""The months of a generated store: ten years."""
CSV = "pandas, the same CSV files"


@dataclass(frozen=True)
class Cost:
    """What a run costs: seconds by the clock and of processor, and megabytes of its largest process."""

    wall: float
    processor: float
    memory: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.processor + other.processor, max(self.memory, other.memory))

    def of_each(self, number: int) -> Cost:
        """Return the cost of one of so many."""
        return Cost(self.wall / number, self.processor / number, self.memory)


def cost(*command: str | Path, folder: Path = ROOT, env: dict[str, str] | None = None, status: int = 0) -> Cost:
    """Run a command that is to end with an exit status, and return what it costs."""
    with tempfile.TemporaryFile() as output:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, env=env)
        _, ended, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(ended)
        if process.returncode != status:
            output.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}\n{output.read().decode(errors='replace')[-2000:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each part."""
    return Cost(*(statistics.median(getattr(each, part) for each in costs) for part in ("wall", "processor", "memory")))


def in_turn(runs: int, sides: dict[str, Callable[[], Cost]]) -> dict[str, Cost]:
    """Run each side so often, one after the other and then again, and return the medians."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for run in range(runs):
        for name, side in sides.items():
            costs[name].append(side())
            print(f"{name}, run {run + 1} of {runs}: {costs[name][-1].wall:.1f} s", file=sys.stderr)
    return {name: median(each) for name, each in costs.items()}


class Workspace:
    """A copy of the data in a git repository of its own, in which a cache of judgements can be kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "data", folder / "data")
        subprocess.run(["git", "init", "-q", folder], check=True)
        self._reports = 0

    def forget(self) -> None:
        """Remove every judgement."""
        shutil.rmtree(self.folder / "build", ignore_errors=True)

    def ours(self, *call: str) -> Cost:
        """Run the command, with a folder of reports that is empty."""
        self._reports += 1
        reports = self.folder / f"reports-{self._reports}"
        spent = cost(BIN / "priority-two", *call, "--data", self.folder / "data", "--reports", reports)
        shutil.rmtree(reports)
        return spent

    def stock(self, kind: str, period: str, *, chromium: str = "") -> Cost:
        """Run the stock pipeline."""
        notebook = self.folder / "stock.ipynb"
        book = json.loads((ROOT / "notebooks" / f"{kind.replace('-', '_')}.ipynb").read_text(encoding="utf-8"))
        imported: dict[str, Any] = {
            "id": "gate",
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
        }
        book["cells"].insert(1, {**imported, "source": "import great_expectations"})
        notebook.write_text(json.dumps(book), encoding="utf-8")
        given = ["-p", "period", period, "-p", "data", str(self.folder / "data")]
        run = self.folder / "run.ipynb"
        spent = cost(BIN / "papermill", notebook, run, *given, folder=self.folder)
        spent += cost(BIN / "jupyter", "nbconvert", "--to", "html", run, folder=self.folder)
        page, paper = self.folder / "run.html", self.folder / "run.pdf"
        if chromium:
            return spent + cost(
                chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={paper}", page.as_uri()
            )
        return spent + cost(BIN / "weasyprint", page, paper, folder=self.folder)


def one_report(space: Workspace, runs: int, kind: str, period: str) -> dict[str, Cost]:
    """Return what a report costs: stock, ours cold, and ours where the data were judged before."""

    def cold() -> Cost:
        space.forget()
        return space.ours("report", kind, "--period", period)

    sides = {
        "stock: papermill, nbconvert, WeasyPrint": lambda: space.stock(kind, period),
        "this project, nothing judged before": cold,
        "this project, judged before": lambda: space.ours("report", kind, "--period", period),
        "import great_expectations": lambda: cost(sys.executable, "-c", "import great_expectations"),
        "import pandas": lambda: cost(sys.executable, "-c", "import pandas"),
    }
    if chromium := shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        sides["stock: papermill, nbconvert, Chromium"] = lambda: space.stock(kind, period, chromium=chromium)
    return in_turn(runs, sides) | floors(space, runs, kind, period)


RETURN = "2020-03-12_police"
"""A return of sixty rows."""
WITHOUT_UNUSED = "from priority_two.checks.expectation_engine import great_expectations; great_expectations()"


def front_door(base: Path, runs: int) -> dict[str, Cost]:
    """Return what it costs to be answered: help, faults in a call, completion, a small return taken in."""
    command, data = BIN / "priority-two", base / "door" / "data"
    shutil.copytree(ROOT / "data", data)
    stored, sent = data / "returns" / RETURN, base / "police.csv"
    shutil.copy(stored / "observations.csv", sent)
    terms = (stored / "terms.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
    own = "".join(line for line in terms if not line.startswith("received:"))
    sent.with_suffix(".terms.yaml").write_text(own, encoding="utf-8")
    completion = {"_PRIORITY_TWO_COMPLETE": "bash_complete", "COMP_WORDS": "priority-two re", "COMP_CWORD": "1"}

    def ingest() -> Cost:
        shutil.rmtree(stored)
        return cost(command, "ingest", sent, "--received", RETURN[:10], "--data", data)

    return in_turn(
        runs,
        {
            "import pandas": lambda: cost(sys.executable, "-c", "import pandas"),
            "priority-two --help": lambda: cost(command, "--help"),
            "priority-two --version": lambda: cost(command, "--version"),
            "an option that there is not": lambda: cost(command, "report", "--colour", status=2),
            "a kind that there is not": lambda: cost(command, "report", "newsletter", status=2),
            "shell completion": lambda: cost(command, env={**os.environ, **completion}),
            "ingest of 60 rows": ingest,
            "import great_expectations": lambda: cost(sys.executable, "-c", "import great_expectations"),
            "the same, without what is unused": lambda: cost(sys.executable, "-c", WITHOUT_UNUSED),
        },
    )


LAID_OUT = """
import datetime as dt
import gc
import sys
from pathlib import Path
from priority_two.publish.pdf import pdf_from_html
gc.disable()
page = Path(sys.argv[1]).read_text(encoding="utf-8")
for _ in range(int(sys.argv[2])):
    pdf_from_html(page, [], dt.date(2021, 4, 30))
"""
SHEETS = """
import gc
import sys
import nbformat
from priority_two.publish.notebook import read_paper
from priority_two.publish.workbook import workbook
gc.disable()
paper = read_paper(nbformat.read(sys.argv[1], 4))
for _ in range(int(sys.argv[2])):
    workbook(paper.sections, paper.metadata)
"""
TIMES = 5


def floors(space: Workspace, runs: int, kind: str, period: str) -> dict[str, Cost]:
    """Return what the libraries that make the files of a report cost by themselves, in a process that is warm.

    That is what each further time costs, beyond the first in the same process; nobody looks for garbage meanwhile.
    """
    reports = space.folder / "floors"
    cost(
        BIN / "priority-two", "report", kind, "--period", period, "--data", space.folder / "data", "--reports", reports
    )
    page, *_ = reports.rglob("*.html")
    scripts = {"PDF alone, by WeasyPrint": (LAID_OUT, page)}
    if next(reports.rglob("*.xlsx"), None):
        scripts["workbook alone, by gptables"] = (SHEETS, page.with_suffix(".ipynb"))

    def further(script: str, file: Path) -> Cost:
        single, several = (cost(sys.executable, "-c", script, file, str(times)) for times in (1, TIMES))
        return Cost(
            (several.wall - single.wall) / (TIMES - 1),
            (several.processor - single.processor) / (TIMES - 1),
            several.memory,
        )

    costs = in_turn(runs, {name: partial(further, *script) for name, script in scripts.items()})
    shutil.rmtree(reports)
    return {f"floor: its {name}": each for name, each in costs.items()}


def many_reports(space: Workspace, runs: int, sizes: Iterable[int]) -> dict[str, Cost]:
    """Return what data sheets cost each, by their number; more than there are months are made again elsewhere."""
    costs = {"stock, 1 after the other": space.stock("data-sheet", MONTHS[-1])}
    for size in sizes:
        left, spent = size, Cost(0, 0, 0)
        while left:
            number = min(left, len(MONTHS))
            spent += space.ours("batch", "--kind", "data-sheet", "--from", MONTHS[-number], "--to", MONTHS[-1])
            left -= number
        costs[f"batch of {size}"] = spent.of_each(size)
    return costs | floors(space, runs, "data-sheet", MONTHS[-1])


SELECTED = """
import sys
from pathlib import Path
from priority_two.files.data_folder import DataFolder
from priority_two.files.result_cache import reusing
from priority_two.measures.rollup import Ledger
from priority_two.periods import parse, parse_date
from priority_two.reference.catalogue import Measure
from priority_two.returns.history import History
from priority_two.returns.store import read_returns
data, measure = Path(sys.argv[1]), sys.argv[3]
with reusing(data.parent / "build" if sys.argv[2] == "kept" else None):
    returns = read_returns(DataFolder(data), parse_date("2021-12-31"))
usable, _ = History.of(returns).in_force()
counted = usable.latest()
rule = Measure.model_construct(measure=measure, partner="police", aggregation="sum", frequency="M", unit="count")
ledger = Ledger({measure: rule}, counted)
figures = [ledger.figure(measure, parse("2020-21-Q4"), area=ward) for ward in ledger.areas(measure)] if measure else []
print(len(counted), sum(figure.value for figure in figures))
"""
PANDAS = """
import sys
from pathlib import Path
import pandas as pd
kind, measure = sys.argv[2:]
if kind == "parquet":
    frame = pd.read_parquet(Path(sys.argv[1]).parent / "all.parquet")
else:
    files = sorted(Path(sys.argv[1]).glob("returns/*/observations.csv"))
    frame = pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in files])
if kind == "write":
    frame.to_parquet(Path(sys.argv[1]).parent / "all.parquet", index=False)
if measure == "read":
    sys.exit()
frame = frame.drop_duplicates(["period", "measure", "area", "breakdown"], keep="last")
total = 0
if measure:
    quarter = frame[(frame["measure"] == measure) & frame["period"].isin(["2021-01", "2021-02", "2021-03"])]
    total = pd.to_numeric(quarter["value"]).groupby(quarter["area"]).sum().sum()
print(len(frame), total)
"""
HOME = "E09000006"
WARDS = [f"E0509{ward:04d}" for ward in range(640)]
"""About as many as London has; their codes are nobody's."""
TERMS = """partner: police
received: {day}
extract_date: {day}
months: 2011-04..2021-03
explanation: Generated for a benchmark.
permission: board
contact_post: Analyst
synthetic: true
"""


A_MEASURE = (len(WARDS) + 1) * len(MONTHS_SENT)
"""Rows of a generated measure, which are a return."""
MEASURE = {
    "unit": "count",
    "partner": "police",
    "frequency": "M",
    "aggregation": "sum",
    "direction": "neutral",
    "disclosure": "person",
    "definition": "Generated for a benchmark.",
    "source": "Home Office",
    "data_sheet": "yes",
    "areas": "complete",
}


def many_observations(base: Path, sizes: Iterable[int], runs: int) -> dict[str, Cost]:
    """Return what it costs to select the observations that count as at a day, and to roll a measure up by ward.

    Pandas does the same with the same CSV files and, where pyarrow can be had, with the same data as Parquet. Pyarrow
    goes into a folder of its own, for pandas alone: the project does not use it. The last is a whole report over the
    store, from the data that ship and those.
    """
    costs: dict[str, Cost] = {}
    install = ["pip", "install", "--quiet", "--no-deps", "--target", str(base / "parquet"), "pyarrow>=26,<27"]
    has_parquet = subprocess.run([str(BIN / "uv"), *install], check=False).returncode == 0
    with_parquet = {**os.environ, "PYTHONPATH": str(base / "parquet")}
    for size in sizes:
        data = base / f"store-{size}" / "data"
        measure = "GEN00" if size >= A_MEASURE else ""
        generate(data, size)

        def run(script: str, *how: str, data: Path = data, env: dict[str, str] | None = None) -> Callable[[], Cost]:
            return lambda: cost(sys.executable, "-c", script, data, *how, env=env)

        run(SELECTED, "kept", measure)()  # which leaves the columns
        sides = {
            "this project, the CSV files": run(SELECTED, "csv", measure),
            "this project, columns kept from the run before": run(SELECTED, "kept", measure),
            CSV: run(PANDAS, "csv", measure),
        }
        if has_parquet:
            run(PANDAS, "write", "read", env=with_parquet)()
            sides |= {
                "pandas, the same as Parquet": run(PANDAS, "parquet", measure, env=with_parquet),
                "pandas, the same as Parquet, read and no more": run(PANDAS, "parquet", "read", env=with_parquet),
            }
        measured = in_turn(runs, sides) | whole_reports(data, runs)
        costs |= {f"{size:,} observations: {name}": each for name, each in measured.items()}
        shutil.rmtree(data.parent)
    return costs


def whole_reports(data: Path, runs: int) -> dict[str, Cost]:
    """Return what a report over a store costs, with nothing judged before, and again."""
    call = ("report", "quarterly-progress", "--period", "2020-21-Q4", "--as-at", "2021-12-31", "--data", data)

    def again() -> Cost:
        return cost(BIN / "priority-two", *call, "--reports", data.parent / "reports")

    def cold() -> Cost:
        shutil.rmtree(data.parent / "build", ignore_errors=True)
        return again()

    return in_turn(runs, {"a whole report, nothing judged before": cold, "a whole report, judged before": again})


def generate(data: Path, size: int) -> None:
    """Write a store of so many observations beside those that ship: ten years of months, a measure after the other.

    Each month has a figure of every ward, and of the home area what they add up to.
    """
    shutil.copytree(ROOT / "data", data)
    subprocess.run(["git", "init", "-q", data.parent], check=True)
    with (data / "reference" / "areas.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{ward},Generated {ward},ward,{HOME},2011-04-01,,,\n" for ward in WARDS)
    header = (data / "reference" / "measures.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    with (data / "reference" / "measures.csv").open("a", encoding="utf-8") as file:
        for number in range(-(-size // A_MEASURE)):
            about = {**MEASURE, "measure": f"GEN{number:02d}", "title": f"Generated {number}"}
            file.write(",".join(about.get(column, "") for column in header) + "\n")
            day = f"2021-{6 + number // 28:02d}-{number % 28 + 1:02d}"
            to = data / "returns" / f"{day}_police"
            to.mkdir()
            (to / "terms.yaml").write_text(TERMS.format(day=day), encoding="utf-8")
            rows = generated(number)[: size - number * A_MEASURE]
            lines = ["period,measure,area,breakdown,value,status,note", *rows]
            (to / "observations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def generated(number: int) -> list[str]:
    """Return the rows of a generated measure."""
    rows = []
    for place, month in enumerate(MONTHS_SENT):
        values = [10 + (7 * place + 13 * ward + number) % 97 for ward in range(len(WARDS))]
        sent = [("", sum(values)), *zip(WARDS, values, strict=True)]
        rows += [f"{month},GEN{number:02d},{area},,{value},," for area, value in sent]
    return rows


KERNELS = """
import sys
from pathlib import Path
from typing import Any
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config
from priority_two.publish.kernel import SilentKernelManager
from priority_two.publish.run import CLIENT, _clean_environment
from priority_two.publish.warm_kernels import warm_kernels

with warm_kernels(print, stock=sys.argv[2] == "stock"), _clean_environment(Path.cwd(), [], None):
    for _ in range(int(sys.argv[1])):
        cell = nbformat.v4.new_code_cell("import pandas, matplotlib")
        config = Config(NotebookClient=CLIENT | {"kernel_manager_class": SilentKernelManager})
        book = nbformat.v4.new_notebook(cells=[cell])
        NotebookClient(book, config=config, kernel_name="python3").execute()
"""


def many_kernels(number: int, runs: int) -> dict[str, Cost]:
    """Return what kernels cost that have imported pandas and matplotlib, forked and started anew."""
    call = (sys.executable, "-c", KERNELS, str(number))
    sides: dict[str, Callable[[], Cost]] = {
        f"{number} kernels forked from one template": lambda: cost(*call, "warm"),
        f"{number} kernels started anew": lambda: cost(*call, "stock"),
    }
    return in_turn(runs, sides)


HASHED = """
import hashlib, sys
from pathlib import Path
for folder in sys.argv[1:]:
    for file in sorted(Path(folder).rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            hashlib.sha256(file.read_bytes()).hexdigest()
"""


def fast_audit(runs: int) -> dict[str, Cost]:
    """Return what it costs to verify by hash what is filed, and to hash the same files without a word about them."""
    folders = [ROOT / name for name in ("reports/filed", "data", "src/priority_two", "notebooks")]
    sides: dict[str, Callable[[], Cost]] = {
        "hashlib, the same files": lambda: cost(sys.executable, "-c", HASHED, *folders),
        "priority-two audit --fast": lambda: cost(BIN / "priority-two", "audit", "--fast"),
        "priority-two --version": lambda: cost(BIN / "priority-two", "--version"),
        "import pydantic": lambda: cost(sys.executable, "-c", "from pydantic import BaseModel"),
    }
    return in_turn(runs, sides)


def table(costs: dict[str, Cost], base: Callable[[str], str], digits: int = 1) -> list[str]:
    """Return costs as a table in Markdown, each held against another, which `base` names."""
    lines = [
        "| | seconds | of processor | largest process, MB | times as fast | times less processor |",
        "| :-- | --: | --: | --: | --: | --: |",
    ]
    for name, each in costs.items():
        other = costs[base(name)]
        faster, busier = other.wall / each.wall, other.processor / each.processor
        numbers = [f"{each.wall:.{digits}f}", f"{each.processor:.{digits}f}", f"{each.memory:.0f}"]
        lines.append(f"| {' | '.join([name, *numbers, f'{faster:.1f}', f'{busier:.1f}'])} |")
    return lines


def machine() -> list[str]:
    """Return on what this was measured."""
    processor = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        processor = names[0] if names else processor
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "") if sys.platform == "linux" else platform.system()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"- {os.cpu_count()} processors ({processor}), {memory:.0f} GB, {system}",
        f"- Python {platform.python_version()}; {libraries}",
        f"- load of the machine at the beginning, over a minute: {os.getloadavg()[0]:.1f}",
    ]


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="the smallest sizes, once")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--reports", type=int, nargs="*", metavar="N", help="sizes of batches")
    parser.add_argument("--observations", type=int, nargs="*", metavar="N", help="sizes of stores")
    parser.add_argument("--kernels", type=int, metavar="N", help="how many kernels; 0 for none")
    parser.add_argument("--no-audit", action="store_true", help="leave out the audit by hash")
    parser.add_argument("--kind", default="quarterly-progress", help="of the single report")
    parser.add_argument("--period", default="2020-21-Q4", help="of the single report; blank for none")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "RESULTS.md")
    asked = parser.parse_args()
    sizes: dict[str, Any] = {**(QUICK if asked.quick else WHOLE)}
    sizes |= {name: value for name, value in vars(asked).items() if name in sizes and value is not None}
    lines = ["# What a paper costs", "", *machine(), f"- medians of {sizes['runs']}, in turn; by `{command()}`"]

    def section(
        title: str, costs: dict[str, Cost], base: Callable[[str], str], note: str = "", digits: int = 1
    ) -> None:
        lines.extend(["", f"## {title}", "", *([note, ""] if note else []), *table(costs, base, digits)])
        asked.out.write_text("\n".join(lines) + "\n", encoding="utf-8")

    with tempfile.TemporaryDirectory(prefix="priority-two-bench-") as base:
        space = Workspace(Path(base) / "space")
        if asked.period:
            costs = one_report(space, sizes["runs"], asked.kind, asked.period)
            section(f"One report: {asked.kind} {asked.period}, HTML and PDF", costs, lambda _: first(costs))
        if sizes["reports"]:
            note = (
                "Data sheets of a month, with HTML, PDF and workbook; what each of them costs. There are "
                f"{len(MONTHS)} months: what is more is made in another batch. Memory is bounded: a process that makes "
                f"reports is replaced after {ITEMS_OF_A_PROCESS}."
            )
            costs = many_reports(space, sizes["runs"], sizes["reports"])
            section("Many reports", costs, lambda _: first(costs), note)
        if sizes["observations"]:
            note = (
                f"By {len(WARDS)} wards over ten years, beside the data that ship. Reading every return, with all "
                "that is refused; selecting what counts as at a day; and, from 100,000 on, rolling a measure up to a "
                "quarter by ward. Then a whole report of a quarter over such a store."
            )
            costs = many_observations(Path(base), sizes["observations"], sizes["runs"])
            section("Many observations", costs, lambda name: f"{name.partition(':')[0]}: {CSV}", note, 2)
        costs = front_door(Path(base), sizes["runs"])
        section("The front door", costs, lambda _: first(costs), digits=2)
        if sizes["kernels"]:
            costs = many_kernels(sizes["kernels"], sizes["runs"])
            section("Kernels", costs, lambda _: list(costs)[-1])
        if not asked.no_audit:
            note = "An audit also asks git what was committed, and checks seals and chain."
            costs = fast_audit(sizes["runs"])
            section("What is filed, by hash", costs, lambda _: first(costs), note, 2)
    print(asked.out)


def first(costs: dict[str, Cost]) -> str:
    """Return the name of what everything is held against."""
    return next(iter(costs))


def command() -> str:
    """Return the call."""
    return " ".join(["python benchmarks/bench.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
