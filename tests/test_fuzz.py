"""Whatever comes in, and however it is broken, is read or refused: it is never a fault of the program.

Real files are changed at random places and given to the reader of their kind. The suite tries a few of each kind. A
longer run says how many: ``FUZZ_CASES=2000 .venv/bin/python -m pytest tests/test_fuzz.py``.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_intake import TERMS, fill

from conftest import DATA, ROOT, WORKSPACE, lean_copy
from priority_two.checks.identities import evaluate
from priority_two.checks.rules import read_rules
from priority_two.checks.waivers import read_waivers
from priority_two.comparison.reports import read_paper
from priority_two.content.diff import changes
from priority_two.errors import Error, Refused, WrongCall
from priority_two.files.data_folder import DataFolder
from priority_two.paths import WORKSPACE_FILE
from priority_two.periods import parse
from priority_two.publish.notebook import read_paper as read_run
from priority_two.record.manifest import Manifest, entry
from priority_two.record.pin import read_pin
from priority_two.record.seal import Seal
from priority_two.reference.boundaries import read_boundaries
from priority_two.reference.catalogue import load_catalogue
from priority_two.reference.export_layouts import layout_names, read_layout
from priority_two.returns.corrections import correct, load_corrections
from priority_two.returns.store import latest, observations, read_returns
from priority_two.returns.submit.intake import ingest
from priority_two.returns.submit.partner_export import ingest_export
from priority_two.returns.submit.template import template
from priority_two.updates.briefing import read_briefings
from priority_two.updates.documents import (
    Appendix,
    AppendixFront,
    Front,
    Update,
    read_appendices,
    read_document,
    words_of,
)
from priority_two.updates.markdown import read, word_errors
from priority_two.updates.strategic_group import read_group_report

CASES = int(os.environ.get("FUZZ_CASES", "12"))
FILED = WORKSPACE / "reports/filed/2020-21-Q4/quarterly-progress-board/v1"
DAY = dt.date(2021, 7, 5)

TOKENS = [
    "", "\x00", "\x1b[31m", "\u202e", "\ud800", "\ufeff", "\u2028", "\\ud800", "\\u202e", "\n", "\r", "\t", ",",
    ",,,", '"', "'", ":", ": ", "- ", "---\n", "#", "&a ", "*a", "!!int ", "|", ">", "[", "]", "{", "}", "{{",
    "}}", "<", ">", "&", "&amp;", "&#x202e;", "<!--", "]]>", "=1+1", "-0", "1e999", "9" * 400, "NaN", "-1",
    "0.5", "12:30", "2021-02-30", "9999-12-31", "0001-01-01", "2021-04..2021-03", "null", "true", "~",
    "x" * 12_000, "é", "Ã©", "中", "😀", "٣", "²", "½", "/", "\\", "..", "%s", "{0}", '{{ value("POL01") }}',
    '{{ appendix(99999999999) }}', "[a](https://x)", "[a](javascript:x)", "# ", "* " * 40, "> " * 40, "`" * 9,
    "A1:XFD1048576", "XFD1048577", '<c r="A1"/>', '<row r="0"/>', "null,", "[[[[", '"a":', "1,", "true,",
]  # fmt: skip
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 40), st.sampled_from(TOKENS) | st.text(max_size=4)),
    min_size=1,
    max_size=4,
)
Mutations = list[tuple[float, int, str]]


def broken(text: str, mutations: Mutations) -> bytes:
    """Return a text in which something else stands at some places, as bytes."""
    for where, length, new in mutations:
        at = int(where * len(text))
        text = text[:at] + new + text[at + length :]
    return text.encode("utf-8", "surrogatepass")


@cache
def seed_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="priority-two-fuzz-"))
    return lean_copy(folder)


@contextmanager
def changed(path: str, mutations: Mutations) -> Iterator[DataFolder]:
    """Give a data folder in which one file is broken."""
    file = seed_folder() / path
    before = file.read_bytes()
    try:
        file.write_bytes(broken(before.decode(), mutations))
        yield DataFolder(seed_folder())
    finally:
        file.write_bytes(before)


def read_or_refused(read_it: Callable[[], object]) -> None:
    """Read, and see that what is refused is refused in lines that can be shown."""
    try:
        read_it()
    except Refused as refused:
        assert refused.errors
        assert all(str(error).isprintable() for error in refused.errors)
        assert all(isinstance(error, Error | str) for error in refused.errors)
    except WrongCall as wrong:
        assert str(wrong).isprintable()


def files(*patterns: str) -> list[str]:
    data = DATA
    return sorted(path.relative_to(data).as_posix() for pattern in patterns for path in data.glob(pattern))


TABLES = files("reference/*.csv", "reference/*.yaml", "reference/layouts/*.yaml")
DOCUMENTS = files("updates/2020-21-Q4/*.md", "updates/2020-21-Q4/appendices/*.md")
RETURNS = files("returns/2021-0[34]*/terms.yaml", "returns/2021-0[34]*/observations.csv")
RETURNS = [path for path in RETURNS if (seed_folder() / path).exists()]


@pytest.fixture(scope="module", autouse=True)
def _seed_folder_goes() -> Iterator[None]:
    yield
    shutil.rmtree(seed_folder().parent, ignore_errors=True)
    seed_folder.cache_clear()


@settings(max_examples=CASES, deadline=None)
@given(st.sampled_from(TABLES), MUTATIONS)
def test_reference_tables(path: str, mutations: Mutations) -> None:
    with changed(path, mutations) as folder:

        def everything() -> None:
            catalogue = load_catalogue(folder)
            read_rules(folder, catalogue)
            read_waivers(folder)
            for name in layout_names(folder):
                read_layout(folder, catalogue, name)

        read_or_refused(everything)


@settings(max_examples=CASES, deadline=None)
@given(st.sampled_from(DOCUMENTS), MUTATIONS)
def test_updates_and_their_narratives(path: str, mutations: Mutations) -> None:
    with changed(path, mutations) as folder:

        def everything() -> None:
            document: Update | Appendix
            if "/appendices/" in path:
                document = read_document(folder, path, AppendixFront)
            else:
                document = read_document(folder, path, Front)
            for _, words in words_of(document):
                assert all(str(error).isprintable() for error in word_errors(words, document.file))
            narrative = read(document.narrative, document.file, document.line)
            assert all(str(error).isprintable() for error in narrative.errors)

        read_or_refused(everything)


@settings(max_examples=CASES, deadline=None)
@given(st.sampled_from(RETURNS), MUTATIONS)
def test_returns_of_the_store(path: str, mutations: Mutations) -> None:
    with changed(path, mutations) as folder:
        read_or_refused(lambda: read_returns(folder))


CORRECTION = """C001:
  return: 2021-03-25_police
  period: 2020-21-Q4
  measure: POL01
  area:
  breakdown:
  expected: 412
  corrected: 421
  reason: Two digits changed places in the extract.
  reporter: DVA VAWG Strategic Lead
  recorded: 2021-05-04
  status: open
  mended_in:
"""


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS)
def test_corrections(mutations: Mutations) -> None:
    file = seed_folder() / "reference/corrections.yaml"
    before = file.read_bytes() if file.exists() else None
    file.write_bytes(broken(CORRECTION, mutations))
    try:
        folder = DataFolder(seed_folder())
        read_or_refused(lambda: correct(observations(read_returns(folder)), load_corrections(folder)))
    finally:
        file.unlink() if before is None else file.write_bytes(before)


def take_in(name: str, contents: dict[str, bytes], layout: str = "") -> None:
    """Offer a file to intake; what is accepted can be read again, and what is refused has said so in lines."""

    def offer(file: Path) -> None:
        if layout:
            known = read_layout(folder, catalogue, layout)
            ingest_export(folder, catalogue, known, layout, file, DAY, "", evaluate)
        else:
            ingest(folder, catalogue, file, DAY, "", evaluate)

    with tempfile.TemporaryDirectory() as place:
        for other, content in contents.items():
            (Path(place) / other).write_bytes(content)
        folder = DataFolder(seed_folder())
        store = seed_folder() / "returns"
        before = set(store.iterdir())
        catalogue = load_catalogue(folder)
        try:
            read_or_refused(lambda: offer(Path(place) / name))
            if set(store.iterdir()) - before:
                latest(observations(read_returns(folder)))
        finally:
            for path in set(store.iterdir()) - before:
                shutil.rmtree(path)


ROWS = (
    "period,measure,area,breakdown,value,status,note\n2021-04,POL01,,,1240,,\n2021-04,POL04,Bickley,,5,p,late\n"
    "2021-05,POL01,,,,x,not yet\nApr-21,POL02,,,7,r,as sent\n"
)


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS, MUTATIONS | st.just([]), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_csvs_and_their_terms(rows: Mutations, terms: Mutations, encoding: str) -> None:
    text = broken(ROWS, rows).decode("utf-8", "replace").encode(encoding, "replace")
    take_in("a.csv", {"a.csv": text, "a.terms.yaml": broken(TERMS, terms)})


@cache
def workbook() -> dict[str, bytes]:
    folder = DataFolder(DATA)
    book = openpyxl.load_workbook(
        io.BytesIO(template(folder, load_catalogue(folder), "drive", parse("2021-04..2021-06")))
    )
    fill(book, 0)
    book["Figures"]["K4"] = "a note"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


@settings(max_examples=CASES, deadline=None)
@given(st.data(), MUTATIONS)
def test_workbooks(data: st.DataObject, mutations: Mutations) -> None:
    name = data.draw(st.sampled_from(sorted(workbook())))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for part, content in workbook().items():
            parts.writestr(part, broken(content.decode(), mutations) if part == name else content)
    take_in("a.xlsx", {"a.xlsx": out.getvalue()})


EXPORTS = {"met-ward-crime": "illustrative-ward-crime.csv", "police-uk-street": "illustrative-street.csv"}
OF_A_WORKBOOK = """title: An export of a workbook
partner: police
explanation: Counts of our own system.
permission: board
contact_post: Analyst on duty
synthetic: yes
file: workbook
sheet: {sheet}
header_row: 1
columns: [Month, Offences, Note]
months: down
month: Month
value: Offences
figures: [{{measure: POL02}}]
"""


@cache
def exported_text(name: str) -> str:
    return (ROOT / "tests/fixtures/exports" / EXPORTS[name]).read_text(encoding="utf-8")


@settings(max_examples=CASES, deadline=None)
@given(
    st.sampled_from(sorted(EXPORTS)), MUTATIONS, MUTATIONS | st.just([]), st.sampled_from(["utf-8", "utf-16", "cp1252"])
)
def test_exports_and_their_layouts(name: str, rows: Mutations, layout: Mutations, encoding: str) -> None:
    text = broken(exported_text(name), rows).decode("utf-8", "replace").encode(encoding, "replace")
    with changed(f"reference/layouts/{name}.yaml", layout):
        take_in("a.csv", {"a.csv": text}, name)


@cache
def exported_workbook() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Ours"
    for row in (("Month", "Offences", "Note"), ("2021-04", 12, "as sent"), ("May 2021", "1,204", None), (DAY, 7, "x")):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


@settings(max_examples=CASES, deadline=None)
@given(st.data(), MUTATIONS, st.sampled_from(["Ours", "", "Another"]))
def test_workbooks_of_exports(data: st.DataObject, mutations: Mutations, sheet: str) -> None:
    name = data.draw(st.sampled_from(sorted(exported_workbook())))
    layout = seed_folder() / "reference/layouts/ours.yaml"
    layout.write_text(OF_A_WORKBOOK.format(sheet=sheet), encoding="utf-8")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for part, content in exported_workbook().items():
            parts.writestr(part, broken(content.decode(), mutations) if part == name else content)
    try:
        take_in("a.xlsx", {"a.xlsx": out.getvalue()}, "ours")
    finally:
        layout.unlink()


BRIEFING, GROUP = "updates/2020-21-Q4/appendices/1.md", "updates/2019-20-Q4/strategic-group/report.md"
FURTHER = {
    BRIEFING: lambda folder: read_briefings(folder, read_appendices(folder, parse("2020-21-Q4"), DAY)),
    "reference/briefing_sections.csv": lambda folder: read_briefings(
        folder, read_appendices(folder, parse("2020-21-Q4"), DAY)
    ),
    GROUP: lambda folder: read_group_report(folder, parse("2019-20-Q4"), DAY).passages,
    "reference/group_sections.csv": lambda folder: read_group_report(folder, parse("2019-20-Q4"), DAY).leaves,
}


@settings(max_examples=CASES, deadline=None)
@given(st.sampled_from(sorted(FURTHER)), MUTATIONS)
def test_briefings_and_reports_of_the_group(path: str, mutations: Mutations) -> None:
    with changed(path, mutations) as folder:
        read_or_refused(lambda: FURTHER[path](folder))


PIN = """schema: priority-two/lock/1
version: 1.0.0
commit: 0123456789012345678901234567890123456789
environment: 0123456789012345678901234567890123456789012345678901234567890123
repository: https://example.org/code.git
"""


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS)
def test_what_names_the_code_of_a_workspace(mutations: Mutations) -> None:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / WORKSPACE_FILE).write_bytes(broken(PIN, mutations))
        read_or_refused(lambda: read_pin(Path(place)))


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS, MUTATIONS)
def test_comparisons_of_any_two_documents(before: Mutations, after: Mutations) -> None:
    """Two reports that each can be read can be compared."""
    (notebook,) = FILED.glob("*.ipynb")
    papers = []
    for mutations in (before, after):
        with tempfile.TemporaryDirectory() as place:
            content = broken(notebook.read_text(encoding="utf-8"), mutations)
            manifest = json.loads(notebook.with_name(notebook.stem + ".manifest.json").read_bytes())
            manifest["outputs"][notebook.name] = entry(content).model_dump()
            (Path(place) / notebook.name).write_bytes(content)
            (Path(place) / (notebook.stem + ".manifest.json")).write_text(json.dumps(manifest), encoding="utf-8")
            read_or_refused(lambda: papers.append(read_paper(Path(place) / notebook.name)))
    if len(papers) == 2:
        read_or_refused(lambda: changes(papers[0].content, papers[1].content))


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS, st.booleans())
def test_run_notebooks(mutations: Mutations, named: bool) -> None:
    (notebook,) = FILED.glob("*.ipynb")
    content = broken(notebook.read_text(encoding="utf-8"), mutations)
    manifest = json.loads(notebook.with_name(notebook.stem + ".manifest.json").read_bytes())
    if named:  # else it is refused for another hash
        manifest["outputs"][notebook.name] = entry(content).model_dump()
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / notebook.name).write_bytes(content)
        (Path(place) / (notebook.stem + ".manifest.json")).write_text(json.dumps(manifest), encoding="utf-8")
        read_or_refused(lambda: read_paper(Path(place) / notebook.name))
    try:
        run = json.loads(content)
    except ValueError:
        return
    if isinstance(run, dict):
        read_or_refused(lambda: read_run(run))


@settings(max_examples=CASES, deadline=None)
@given(st.sampled_from(["manifest", "seal"]), MUTATIONS)
def test_manifests_and_seals(kind: str, mutations: Mutations) -> None:
    (file,) = FILED.glob("*.manifest.json" if kind == "manifest" else "seal.json")
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / file.name
        copy.write_bytes(broken(file.read_text(encoding="utf-8"), mutations))
        read_or_refused(lambda: (Manifest if kind == "manifest" else Seal).read(copy, "a.json"))


BOUNDARIES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": "E05000106", "name": "Bickley"},
                "geometry": {"type": kind, "coordinates": shape},
            }
            for kind, shape in (
                ("Polygon", [[[0, 51], [1, 51], [1, 52], [0, 51]]]),
                ("MultiPolygon", [[[[0, 51], [1, 51], [1, 52], [0, 51]]]]),
            )
        ],
    }
)


@settings(max_examples=CASES, deadline=None)
@given(MUTATIONS)
def test_boundaries(mutations: Mutations) -> None:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "a.geojson"
        file.write_bytes(broken(BOUNDARIES, mutations))
        read_or_refused(lambda: read_boundaries(file, "a.geojson"))
