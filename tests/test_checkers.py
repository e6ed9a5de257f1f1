"""Each checker passes a small good page or paper, and catches what is wrong with a bad one.

A checker that finds nothing in anything would make every test that relies on it pass.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path

import pytest

from checkers import (
    SCHEMES,
    TOOLS,
    WIDTHS,
    Looked,
    axe_core,
    browser_page,
    looked_at,
    not_checked,
    outloud,
    pdf_fonts,
    pdf_structure,
    pdf_text,
    pdfua,
    screenshot,
    unavailable,
    vnu_of_each,
)
from conftest import ROOT

GOOD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Small paper</title>
<style>body { font-family: sans-serif; color: #111; background: #fff }</style>
</head>
<body>
<main>
<h1>Small paper</h1>
<p>All is well: see <a href="#figures">the figures</a>, which are few<sup><a href="#figures">1</a></sup>.</p>
<h2 id="figures">Figures</h2>
<table><caption>Cards</caption>
<thead><tr><th scope="col">Month</th><th scope="col">Cards</th></tr></thead>
<tbody><tr><th scope="row">March</th><td>1,234</td></tr></tbody></table>
<img alt="One dot" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">
</main>
</body>
</html>
"""
BAD = """<!doctype html>
<html>
<head><title>Bad</title><link rel="stylesheet" href="http://priority-two.invalid/style.css"></head>
<body>
<h3>Starts at three</h3><p>Not closed <b>bold</p>
<img src="missing.png"><p style="color:#ccc;background:#fff">Too pale</p>
<button style="width:8px;height:8px;padding:0;border:0">x</button>
<button style="width:8px;height:8px;padding:0;border:0;margin:-3px">y</button>
<div style="width:2000px">wide</div>
<style>.night { color: #333 } @media (prefers-color-scheme: dark) { body { background: #000 } }</style>
<p class="night">At night</p>
<details><summary>Fold</summary><p style="color:#ccc;background:#fff">In the fold</p></details>
<script>console.error("went wrong"); nowhere();</script>
</body>
</html>
"""


def _row(number: int) -> str:
    style = {30: ' class="pale"', 40: ' class="night"'}.get(number, "")
    word = "" if number == 20 else f"Number {number}"
    return f'<tr><th scope="row">Row {number}</th><td><a{style} href="#place-{number}">{word}</a></td></tr>'


LONG = f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Many rows</title><style>
a {{ color: #003078; display: inline-block; min-width: 48px; min-height: 48px; }} a.pale {{ color: #eeeeee; }}
@media (prefers-color-scheme: dark) {{ a.night {{ color: #eeeeee; }} }}
</style></head><body><main><h1>Many rows</h1><table><caption>Rows</caption>
<thead><tr><th scope="col">Row</th><th scope="col">Number</th></tr></thead>
<tbody>{"".join(map(_row, range(60)))}</tbody></table></main></body></html>
"""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.html"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.html"
    path.write_text(BAD, encoding="utf-8")
    return path


def pdf(html: str, path: Path, **options: object) -> Path:
    """Make a PDF of a page with WeasyPrint."""
    from weasyprint import HTML

    HTML(string=html).write_pdf(path, **options)
    return path


def test_vnu_passes_the_good_page_and_catches_the_bad_one(good: Path, bad: Path) -> None:
    said = vnu_of_each([bad, good])
    assert said[good] == []
    found = "\n".join(said[bad])
    assert "error: Unclosed element “b”." in found
    assert "error: An “img” element must have an “alt” attribute" in found
    assert "warning: Consider adding a “lang” attribute" in found


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[tuple[int, str], Looked]]:
    """Return what a browser and axe-core see of both pages, in every way."""
    folder = tmp_path_factory.mktemp("pages")
    files = {folder / "bad.html": BAD, folder / "good.html": GOOD, folder / "long.html": LONG}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return {path.stem: ways for path, ways in looked_at(list(files)).items()}


def test_axe_passes_the_good_page_and_catches_the_bad_one(seen: dict[str, dict[tuple[int, str], Looked]]) -> None:
    axe_core()  # where it is missing this says so
    assert {way: looked.faults for way, looked in seen["good"].items()} == {way: [] for way in product(WIDTHS, SCHEMES)}
    found = {violation.rule: violation for violation in seen["bad"][320, "light"].violations or ()}
    assert {"image-alt", "html-has-lang", "color-contrast", "target-size", "page-has-heading-one"} <= set(found)
    assert "missing.png" in found["image-alt"].elements[0]


def test_what_is_folded_away_and_what_is_dark_is_looked_at_too(seen: dict[str, dict[tuple[int, str], Looked]]) -> None:
    pale = {
        way: [element for each in looked.violations or () if each.rule == "color-contrast" for element in each.elements]
        for way, looked in seen["bad"].items()
    }
    assert all(any("In the fold" in element for element in pale[way]) for way in pale)
    assert {way for way in pale if any("At night" in element for element in pale[way])} == {
        (1280, "dark"),
        (320, "dark"),
    }


def test_of_many_rows_alike_each_kind_is_looked_at(seen: dict[str, dict[tuple[int, str], Looked]]) -> None:
    axe_core()
    assert LONG.count("<tr>") == 61
    for way, looked in seen["long"].items():
        elements = {violation.rule: violation.elements for violation in looked.violations or ()}
        assert set(elements) == ({"color-contrast", "link-name"} if way[1] == "light" else {"color-contrast"})
        pale = "".join(elements["color-contrast"])
        assert "Number 30" in pale and (("Number 40" in pale) == (way[1] == "dark")) and "Number 31" not in pale
        assert len(looked.facts.targets) == 60  # every row is measured
    assert "#place-20" in "".join(
        element for each in seen["long"][320, "light"].violations or () for element in each.elements
    )


def test_page_facts_of_the_good_page(seen: dict[str, dict[tuple[int, str], Looked]]) -> None:
    facts = seen["good"][320, "light"].facts
    assert facts.requests == ()
    assert facts.console == ()
    assert facts.overflow == 0
    assert [(target.label, target.inline) for target in facts.targets] == [("1", True), ("the figures", True)]


def test_page_facts_of_the_bad_page(seen: dict[str, dict[tuple[int, str], Looked]]) -> None:
    facts = seen["bad"][320, "light"].facts
    assert "http://priority-two.invalid/style.css" in facts.requests
    assert any(url.endswith("/missing.png") for url in facts.requests)
    assert any("went wrong" in line for line in facts.console)
    assert any("nowhere is not defined" in line for line in facts.console)
    assert facts.overflow > 1600 and seen["bad"][1280, "light"].facts.overflow > 600
    assert facts.targets[0].width == 8
    assert not facts.targets[0].inline


def test_a_page_gets_no_network_even_where_there_is_one(good: Path) -> None:
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with urllib.request.urlopen(f"{address}/test") as answer:  # noqa: S310 (our own server)
            assert answer.status == 204
        with browser_page() as page:
            page.goto(good.as_uri())
            fetch = f"() => fetch('{address}/page', {{mode: 'no-cors'}}).then(() => 'answered', () => 'refused')"
            assert page.evaluate(fetch) == "refused"
        server.shutdown()
    assert asked == ["/test"]


def test_screenshot_is_a_picture_of_the_whole_page_or_of_its_top(bad: Path, tmp_path: Path) -> None:
    def size(path: Path) -> tuple[int, int]:
        head = path.read_bytes()[:24]
        assert head.startswith(b"\x89PNG")
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")

    bad.write_text('<p style="height: 3000px">long</p>', encoding="utf-8")
    screenshot(bad, tmp_path / "page.png", width=640)
    screenshot(bad, tmp_path / "top.png", width=640, height=480)
    assert size(tmp_path / "page.png")[1] > 3000
    assert size(tmp_path / "top.png") == (640, 480)


def test_structure_of_a_tagged_pdf(tmp_path: Path) -> None:
    tree = pdf_structure(pdf(GOOD, tmp_path / "good.pdf", pdf_variant="pdf/ua-1"))
    assert tree.headings() == [(1, "Small paper"), (2, "Figures")]
    assert [tag.text for tag in tree.find("TH")] == ["Month", "Cards", "March"]
    assert [tag.text for tag in tree.find("TD")] == ["1,234"]
    assert [tag.attributes.get("Alt") for tag in tree.find("Figure")] == ["One dot"]
    assert tree.find("Link")[0].text == "the figures"
    assert tree.find("TD")[0].attributes["Headers"]


def test_structure_of_an_untagged_pdf_is_empty(tmp_path: Path) -> None:
    tree = pdf_structure(pdf(GOOD, tmp_path / "untagged.pdf"))
    assert tree.children == []


def test_structure_keeps_letters_beyond_ascii(tmp_path: Path) -> None:
    html = '<html lang="en"><title>t</title><h1>£66 billion – “café” 1 ≥ 0</h1><p>office fluff</p></html>'
    tree = pdf_structure(pdf(html, tmp_path / "letters.pdf", pdf_variant="pdf/ua-1"))
    assert tree.headings() == [(1, "£66 billion – “café” 1 ≥ 0")]
    assert tree.find("P")[0].text == "office fluff"


def test_structure_keeps_the_spaces_between_words_lines_and_cells(tmp_path: Path) -> None:
    html = (
        '<html lang="en"><title>t</title><style>h1 { width: 5em } sup { font-size: 60% }</style>'
        "<h1>A heading that breaks over lines</h1>"
        '<p>One <em>two</em> three<sup>4</sup>, <a href="#x">five</a> six.</p>'
        '<table id="x"><tr><th scope="col">Ward</th><th scope="col">Cards</th></tr></table>'
    )
    tree = pdf_structure(pdf(html, tmp_path / "spaces.pdf", pdf_variant="pdf/ua-1"))
    assert tree.headings() == [(1, "A heading that breaks over lines")]
    assert tree.find("P")[0].text == "One two three4, five six."
    assert tree.find("TR")[0].text == "Ward Cards"


def test_text_and_fonts_of_a_pdf(tmp_path: Path) -> None:
    path = pdf(GOOD, tmp_path / "good.pdf")
    assert re.search(r"March\s+1,234", pdf_text(path))
    assert "March" in pdf_text(path, layout=True)
    fonts = pdf_fonts(path)
    assert fonts
    assert all(fonts.values())


def test_fonts_that_are_not_embedded_are_found(tmp_path: Path) -> None:
    import pikepdf

    with pikepdf.new() as document:
        page = document.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=document.make_indirect(font)))
        document.save(tmp_path / "bare.pdf")
    assert pdf_fonts(tmp_path / "bare.pdf") == {"Helvetica": False}


def test_pdfua_passes_tagged_prose_and_catches_an_untagged_paper(tmp_path: Path) -> None:
    prose = re.sub(r"<table>.*</table>", "", GOOD, flags=re.DOTALL)
    assert pdfua(pdf(prose, tmp_path / "good.pdf", pdf_variant="pdf/ua-1")) == []
    found = "\n".join(pdfua(pdf(GOOD, tmp_path / "untagged.pdf")))
    assert "error UA-01-005" in found


def test_outloud_passes_tagged_prose_and_catches_an_untagged_paper(tmp_path: Path) -> None:
    prose = re.sub(r"<table>.*</table>|<a .*?</a>", "", GOOD, flags=re.DOTALL)
    assert outloud(pdf(prose, tmp_path / "good.pdf", pdf_variant="pdf/ua-1")) == []
    assert any(line.startswith("error") for line in outloud(pdf(GOOD, tmp_path / "untagged.pdf")))


def test_outloud_says_of_a_file_that_is_no_pdf_that_it_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("no", encoding="utf-8")
    assert outloud(tmp_path / "no.pdf")[0].startswith("unreadable")


@pytest.mark.parametrize("tool", TOOLS)
def test_a_missing_checker_skips_on_a_desk_and_fails_in_continuous_integration(
    tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = f"{TOOLS[tool].name} is not there"
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=reason):
        unavailable(tool)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=f"{reason}: .* missing: .+"):
        unavailable(tool)


SKIPPING = """
import os
os.environ.pop("CI", None)
os.environ["PATH"] = {path!r}
import pytest, checkers
checkers.NODE_MODULES = checkers.Path("/nowhere")
@pytest.mark.parametrize("number", range(3))
def test_in_a_browser(number):
    with checkers.browser_page():
        pass
def test_the_nu_checker():
    checkers.npm_file("vnu-jar")
def test_a_pdf():
    checkers.pdf_text("a.pdf")
def test_of_another_system():
    pytest.skip("links need a privilege on Windows")
def test_that_runs():
    pass
"""


@pytest.mark.skipif(os.name != "posix", reason="makes a manager that is a script of a POSIX shell")
@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_what_was_not_checked_is_named_at_the_end_with_the_one_command(tmp_path: Path, workers: list[str]) -> None:
    manager = tmp_path / "bin" / "apt-get"
    manager.parent.mkdir()
    manager.write_text("#!/bin/sh\n")
    manager.chmod(0o755)
    test = tmp_path / "test_it.py"
    test.write_text(SKIPPING.format(path=str(manager.parent)))
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "CONDA", "PYTEST_"))}
    # A folder of its own for temporary files: pytest would clear up what other runs left, for as long as that takes.
    options = ["-q", "-c", ROOT / "pyproject.toml", "-p", "conftest", "--basetemp", tmp_path / "base"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *workers, test],
        cwd=tmp_path,
        env={**settings, "PATH": str(manager.parent), "PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    block = done.stdout[done.stdout.index("not checked on this machine") :].splitlines()[1:]
    sudo = "" if os.geteuid() == 0 else "sudo "
    packages = "chromium nodejs npm poppler-utils"
    assert block[:5] == [
        "   3 tests: Chromium is not there",
        "   1 test: links need a privilege on Windows",
        "   1 test: npm with the HTML checkers is not there",
        "   1 test: pdftotext is not there",
        f"To check all: {sudo}apt-get install -y --no-install-recommends {packages}, then make test",
    ]
    assert "SKIPPED" not in done.stdout and "1 passed, 6 skipped" in block[-1]


def test_where_all_was_checked_nothing_is_named() -> None:
    assert not_checked([]) == []


def test_continuous_integration_installs_every_tool_of_the_checks_and_nothing_that_set_up_should() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    before, after = script.split("step 'packages of the checks'")
    assert "step 'make report'" in before and "step 'make test'" in after
    for tool in TOOLS.values():
        assert all(re.search(rf"\b{package}\b", script) for package in tool.packages["apt-get"].split()), tool.name
    assert "venv python3" not in script and not re.search(r"lib(glib|pango|harfbuzz|fontconfig)", script)


def test_no_test_and_no_part_of_the_program_gives_up_by_the_clock_where_a_machine_is_slow() -> None:
    """Locks give up in the end, so that nobody waits for ever for a process that was stopped half-way."""
    waits = re.compile(r"timeout=[0-9.]+|_seconds=[0-9.]+|deadline=[1-9]|monotonic\(\) \+ [0-9]", re.IGNORECASE)
    for folder in ("src", "tests"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in file.parts:
                assert waits.findall(file.read_text(encoding="utf-8")) == [], file


def test_every_tool_that_a_test_runs_is_looked_for_first() -> None:
    """So that the test is skipped where it is not there, and the end of the run names it."""
    unasked = re.compile(r"""\[\s*["'](?:pdf\w+|soffice|java|npm|node|chromium|datefudge)["'],""")
    for file in sorted(file for file in (ROOT / "tests").rglob("*.py") if "node_modules" not in file.parts):
        assert unasked.findall(file.read_text(encoding="utf-8")) == [], file


def test_no_test_looks_at_the_data_or_the_reports_of_the_project() -> None:
    """They are the workspace's own, which a fork replaces: `make test` passes there too. The tests have theirs."""
    for own in (ROOT / "data" / "reference", ROOT / "reports" / "filed"):
        for look in (os.listdir, os.scandir, open):
            with pytest.raises(AssertionError, match="the tests look at"):
                look(own)
    leads_there = re.compile(r"""(?:cwd=|chdir\()\(?ROOT\b|\bROOT / f?["'](?:data|reports)\b""")
    for file in sorted(file for file in (ROOT / "tests").rglob("*.py") if "node_modules" not in file.parts):
        if file != Path(__file__):
            assert leads_there.findall(file.read_text(encoding="utf-8")) == [], file
