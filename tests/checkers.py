"""What tests ask of finished HTML and PDF: the judgement of independent checkers, and plain facts.

Each function takes the path of a real output and returns what it found, as text or small typed records, empty
where nothing is wrong, so that a test reads ``assert vnu(html) == []`` and its failure reads as the list of
faults.

Where a checker is not on the machine, the test that asked is skipped, and the end of the run names what was not
checked and the one command that brings it. In continuous integration (``CI=true``) it fails in place of that: a check
that silently did not run is worse than none.

None of them needs a network, and a page that asks for one is told that there is none.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pikepdf
import pytest
from bs4 import BeautifulSoup

from priority_two.machine import SystemPart, find_manager, fix

if TYPE_CHECKING:
    from playwright.sync_api import Page

NODE_MODULES = Path(__file__).parent / "node_modules"
AXE = NODE_MODULES / "axe-core" / "axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

FOREVER = 3600
"""Seconds after which what should have ended is taken to hang. No machine is as slow."""


def _tool(name: str, debian: str, **others: str) -> SystemPart:
    return SystemPart(name, {"apt-get": debian, **others})


TOOLS = {
    "browser": _tool("Chromium", "chromium", dnf="chromium", apk="chromium", brew="chromium"),
    "java": _tool(
        "Java",
        "default-jre-headless",
        dnf="java-latest-openjdk-headless",
        apk="openjdk21-jre-headless",
        brew="openjdk",
        conda="openjdk",
    ),
    "npm": _tool(
        "npm with the HTML checkers", "nodejs npm", dnf="nodejs-npm", apk="nodejs npm", brew="node", conda="nodejs"
    ),
    "pdftotext": _tool(
        "pdftotext", "poppler-utils", dnf="poppler-utils", apk="poppler-utils", brew="poppler", conda="poppler"
    ),
    "soffice": _tool(
        "LibreOffice Calc", "libreoffice-calc", dnf="libreoffice-calc", apk="libreoffice-calc", brew="libreoffice"
    ),
    "datefudge": _tool("datefudge", "datefudge"),
    "locales": _tool("the source of locales", "locales", dnf="glibc-locale-source"),
}
"""What tests use and no wheel holds, with its package for each manager."""
BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",  # root in a container has no other way; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe-core that depend on colours."""


def unavailable(tool: str) -> NoReturn:
    """Skip the test that asked for one of :data:`TOOLS`, or fail it in continuous integration."""
    reason = f"{TOOLS[tool].name} is not there"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}: {fix([TOOLS[tool]], find_manager())}", pytrace=False)
    pytest.skip(reason)


def program(tool: str, *names: str) -> str:
    """Find the first of these programs of a tool; without names, the program of the tool's own name."""
    for name in names or (tool,):
        path = shutil.which(name)
        if path:
            return path
    unavailable(tool)


def npm_file(*parts: str) -> Path:
    """Find a file of a checker that ``make test`` installs with npm."""
    path = NODE_MODULES.joinpath(*parts)
    if not path.exists():
        unavailable("npm")
    return path


def not_checked(reasons: Sequence[str]) -> list[str]:
    """Say what was skipped, and the one command that brings what it takes.

    Parameters
    ----------
    reasons
        Why each test was skipped, in any order.

    Returns
    -------
    list of str
        A line for each reason with the number of its tests; then, where a tool is missing, the command.
    """
    counted = Counter(reasons)
    lines = [f"{number:4} {'test' if number == 1 else 'tests'}: {reason}" for reason, number in sorted(counted.items())]
    lacking = [tool for tool in TOOLS.values() if f"{tool.name} is not there" in counted]
    here = find_manager()
    known = [tool for tool in lacking if here is None or here.name in tool.packages]
    if known:
        lines.append(f"To check all: {fix(known, here).partition(': ')[2]}, then make test")
    return lines


# HTML: the Nu HTML checker ----------------------------------------------------------------------------------


def vnu(html_path: Path) -> list[str]:
    """List the errors and warnings of the Nu HTML checker, each as ``line N: error: message``."""
    return vnu_of_each([html_path])[html_path]


def vnu_of_each(html_paths: Sequence[Path]) -> dict[Path, list[str]]:
    """List the same of several pages, by page, for which Java starts once."""
    java = program("java")
    jar = npm_file("vnu-jar", "build", "dist", "vnu.jar")
    pages = {path.resolve(): path for path in html_paths}
    # Code that runs for seconds is not worth compiling twice; the first compiler's needs more room on the stack.
    quick = ["-XX:+IgnoreUnrecognizedVMOptions", "-XX:TieredStopAtLevel=1", "-Xss8m"]
    options = ["--format", "json", "--exit-zero-always", "--stdout"]
    command = [java, *quick, "-jar", str(jar), *options, *map(str, html_paths)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    found: dict[Path, list[str]] = {path: [] for path in html_paths}
    for message in json.loads(done.stdout)["messages"]:
        kind = message.get("subType") or message["type"]  # a warning is an "info" of subtype "warning"
        if kind != "info":
            page = Path(url2pathname(urlsplit(message["url"]).path)).resolve()
            found[pages[page]].append(f"line {message.get('lastLine', '?')}: {kind}: {message['message']}")
    return found


# HTML: in a browser -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Violation:
    """A rule of axe-core that the page breaks, and the elements that break it."""

    rule: str
    impact: str
    help: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """Something to click: what it says, its size in CSS pixels, and whether it stands in a line of text.

    WCAG 2.2 asks 24 by 24 of every target but those in a line of text.
    """

    label: str
    width: float
    height: float
    inline: bool


@dataclass(frozen=True)
class PageFacts:
    """What a browser saw of a page.

    ``requests``: every address asked for besides the file itself and ``data:`` and ``blob:``. ``console``:
    errors and warnings. ``overflow``: CSS pixels by which the page is wider than the window. ``targets``:
    smallest first.
    """

    requests: tuple[str, ...]
    console: tuple[str, ...]
    overflow: int
    targets: tuple[Target, ...]


_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link]')]
  .map(element => {
    const box = element.getBoundingClientRect();
    const said = element.getAttribute('aria-label') || element.innerText || element.value || element.tagName;
    const label = said.trim();
    let block = element;  // the nearest element around it that is not itself part of a line
    while (block && getComputedStyle(block).display === 'inline') block = block.parentElement;
    const inline = block !== element && (block?.innerText || '').trim().length > label.length;
    return {label, width: box.width, height: box.height, inline};
  })
  .filter(target => target.width && target.height)"""


@contextmanager
def browser_page(width: int = 1280, height: int = 900) -> Iterator[Page]:
    """Open a page of the system's Chromium, offline, and close the browser afterwards.

    A browser a call costs a second. One that stays open would leave an event loop running in this thread, in
    which no notebook can be run.
    """
    from playwright.sync_api import sync_playwright

    executable = program("browser", *BROWSERS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS, timeout=FOREVER * 1000)
        try:
            context = browser.new_context(viewport={"width": width, "height": height})
            context.set_default_timeout(FOREVER * 1000)
            context.route(re.compile(r"^(https?|wss?|ftp):"), lambda route: route.abort("internetdisconnected"))
            yield context.new_page()
        finally:
            browser.close()


def axe_core() -> str:
    """Return the source of axe-core, or say how to install it."""
    return npm_file(*AXE.relative_to(NODE_MODULES).parts).read_text(encoding="utf-8")


_THIN = """() => {
  const words = new Set(['alt', 'aria-label', 'title', 'href']);
  const alike = element => [element, ...element.querySelectorAll('*')].map(each => each.tagName + '|' +
    [...each.attributes].filter(({name}) => name !== 'id' && name !== 'data-h').map(({name, value}) =>
      name + '=' + (words.has(name) ? !!value.trim() : value)).sort().join('|') +
    '|' + [...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())).join('>');
  for (const body of document.querySelectorAll('tbody')) {
    const times = new Map();
    for (const row of [...body.rows].reverse()) {
      const kind = alike(row);
      times.set(kind, (times.get(kind) || 0) + 1);
      if (times.get(kind) > 2) row.remove();
    }
  }
}"""
"""Leave two rows of each kind in a table: those of one kind have the same elements with the same attributes, and words
at the same places. No rule tells them apart but by an id, of which the Nu checker sees all, and by how large a target
is, which is measured in the whole page."""


def _violations(page: Page, rules: Sequence[str] = ()) -> list[Violation]:
    """Return what axe-core finds, by all rules or by these alone, in a page into which it has been put."""
    everything: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": AXE_TAGS},
        "rules": {"target-size": {"enabled": True}},
    }
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else everything
    result = page.evaluate("options => axe.run(document, options)", {**options, "resultTypes": ["violations"]})
    return [
        Violation(
            rule=found["id"],
            impact=found["impact"] or "",
            help=found["help"],
            elements=tuple(node["html"] for node in found["nodes"]),
        )
        for found in result["violations"]
    ]


def page_facts(html_path: Path, width: int = 1280) -> PageFacts:
    """Load the page at a width and say what it asked for, what it complained of, and how it fits."""
    with browser_page(width) as page:
        return _facts(page, html_path)


WIDTHS, SCHEMES = (1280, 320), ("light", "dark")
"""The ways in which every page is looked at: how wide the window is, and which colours the reader asks for."""


@dataclass(frozen=True)
class Looked:
    """What a browser saw of a page in one way, every part that opens being open, and what axe-core says of it.

    Where axe-core is missing there are no violations, and whoever wants them asks :func:`axe_core` for it.
    """

    facts: PageFacts
    violations: tuple[Violation, ...] | None

    @property
    def faults(self) -> list[object]:
        """What is wrong: rules broken, complaints, requests, a page wider than its window, and targets too small."""
        facts = self.facts
        small = [target for target in facts.targets if not target.inline and min(target.width, target.height) < 24]
        wide = [f"{facts.overflow} px too wide"] if facts.overflow else []
        return [*(self.violations or ()), *facts.console, *facts.requests, *wide, *small]


def looked_at(html_paths: Sequence[Path]) -> dict[Path, dict[tuple[int, str], Looked]]:
    """Look at each page in every way, with one browser for all."""
    with browser_page() as page:
        return {path: look(page.context.new_page(), path) for path in html_paths}


def look(page: Page, html_path: Path) -> dict[tuple[int, str], Looked]:
    """Look at a page in every way, by width and scheme, in a window of a browser, which is closed behind it.

    The page is loaded once; what it asked for and complained of while it was is the same in each way. Where a scheme
    shows the same words as the one before it, and targets of the same size, only its colours are looked at again.
    """
    loaded = _facts(page, html_path)
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true; })")
    ways, seen = {}, {}
    for width, scheme in _shown_in_every_way(page):
        ways[width, scheme] = replace(loaded, **_measured(page))
        seen[width, scheme] = (page.evaluate("() => document.body.innerText"), ways[width, scheme])
    looked = {way: Looked(facts, None) for way, facts in ways.items()}
    if AXE.exists():
        page.evaluate(axe_core())
        page.evaluate(_THIN)
        for width, scheme in _shown_in_every_way(page):
            alike = scheme != SCHEMES[0] and seen[width, scheme] == seen[width, SCHEMES[0]]
            violations = _violations(page, OF_COLOURS if alike else ())
            looked[width, scheme] = Looked(ways[width, scheme], tuple(violations))
    page.close()
    return looked


def _shown_in_every_way(page: Page) -> Iterator[tuple[int, str]]:
    """Show a page in every way, one after the other."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            yield width, scheme


def _facts(page: Page, html_path: Path) -> PageFacts:
    address = html_path.absolute().as_uri()
    requests: list[str] = []
    console: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on(
        "console",
        lambda said: console.append(f"{said.type}: {said.text}") if said.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: console.append(f"error: {error}"))
    page.goto(address, wait_until="networkidle")
    return PageFacts(
        requests=tuple(url for url in requests if url != address and not url.startswith(("data:", "blob:"))),
        console=tuple(console),
        **_measured(page),
    )


def _measured(page: Page) -> dict[str, Any]:
    """Return the facts of a page that depend on its window."""
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    targets = [Target(**found) for found in page.evaluate(_TARGETS)]
    return {
        "overflow": max(0, int(overflow)),
        "targets": tuple(sorted(targets, key=lambda target: (min(target.width, target.height), target.label))),
    }


def screenshot(html_path: Path, png_path: Path, width: int = 1280, height: int | None = None) -> None:
    """Take a picture of the page at a width: all of it, or the part that a window of this height shows."""
    with browser_page(width, height or 900) as page:
        page.goto(html_path.absolute().as_uri())
        page.screenshot(path=png_path, full_page=height is None)


# PDF: text and fonts ----------------------------------------------------------------------------------------


def pdf_text(pdf_path: Path, layout: bool = False) -> str:
    """Read the text of a PDF as people copy it; with ``layout``, columns stay side by side."""
    command = [
        program("pdftotext"),
        "-enc",
        "UTF-8",
    ]
    command += ["-layout"] if layout else []
    done = subprocess.run([*command, str(pdf_path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def pdf_fonts(pdf_path: Path) -> dict[str, bool]:
    """Name every font of a PDF, without the tag of its subset, and say whether it is embedded."""
    fonts: dict[str, bool] = {}
    with pikepdf.open(pdf_path) as pdf:
        for thing in pdf.objects:
            # A Type 0 font is a frame around its descendant, which is a font object of its own.
            if not isinstance(thing, pikepdf.Dictionary) or thing.get("/Type") != "/Font":
                continue
            if thing.get("/Subtype") == "/Type0":
                continue
            descriptor: Any = thing.get("/FontDescriptor", {})
            embedded = thing.get("/Subtype") == "/Type3" or any(
                name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")
            )
            name = str(thing.get("/BaseFont", "/unnamed")).removeprefix("/").split("+")[-1]
            fonts[name] = fonts.get(name, True) and embedded
    return fonts


# PDF: the tag tree ------------------------------------------------------------------------------------------


@dataclass
class Tag:
    """An element of a PDF's tag tree: what a screen reader walks through.

    ``role``: standard role, a role map applied. ``text``: all text below it, in order. ``attributes``:
    ``Scope``, ``Headers``, ``ColSpan`` and so on, and ``Alt``, ``ActualText``, ``Lang``, ``ID`` where they
    are set.
    """

    role: str
    text: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    children: list[Tag] = field(default_factory=list)

    def walk(self) -> Iterator[Tag]:
        """Go through this element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, *roles: str) -> list[Tag]:
        """List the elements of these roles, in reading order; H1 to H6 are roles like any other."""
        return [tag for tag in self.walk() if tag.role in roles]

    def headings(self) -> list[tuple[int, str]]:
        """List the headings as level and text, in reading order."""
        return [(int(tag.role[1]), tag.text) for tag in self.walk() if re.fullmatch("H[1-6]", tag.role)]


def pdf_structure(pdf_path: Path) -> Tag:
    """Read the tag tree of a PDF, text included; a PDF without tags is a root without children."""
    with pikepdf.open(pdf_path) as pdf:
        root = Tag("StructTreeRoot")
        tree = pdf.Root.get("/StructTreeRoot")
        if tree is not None:
            maps: dict[Any, dict[int, str]] = {}
            texts = {page.obj.objgen: _marked_text(page.obj, page.obj.get("/Resources"), maps) for page in pdf.pages}
            roles = {str(key)[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", {}).items()}
            _grow(root, tree, None, texts, roles)
        return root


# Roles that stand in a line of text; between any others a reader hears a pause, and here stands a space.
_INLINE = {"Span", "Link", "Reference", "NonStruct", "Em", "Strong", "Sub", "Quote", "Code", "Note", "Annot"}


def _grow(tag: Tag, node: Any, page: Any, texts: dict[Any, dict[int, str]], roles: dict[str, str]) -> str:
    """Add to a tag the text and the tags under a node; give the text as it joins its neighbours."""
    page = node.get("/Pg", page)
    kids = node.get("/K", [])
    pieces = []
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            pieces.append(texts.get(page.objgen, {}).get(kid, ""))
        elif isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
            pieces.append(texts.get(kid.get("/Pg", page).objgen, {}).get(int(kid.MCID), ""))
        elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            role = str(kid.S)[1:]
            child = Tag(roles.get(role, role), attributes=_attributes(kid))
            text = _grow(child, kid, page, texts, roles)
            tag.children.append(child)
            pieces.append(text if child.role in _INLINE else f"\n{text}\n")
    joined = "".join(pieces)
    tag.text = re.sub(r"\s*\n\s*", " ", joined).strip()
    return joined


def _attributes(node: Any) -> dict[str, Any]:
    """Gather what a node says of itself, whoever owns the attribute."""
    held = node.get("/A", [])
    found: dict[str, Any] = {}
    for group in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(group, pikepdf.Dictionary):  # between the groups of an array may stand revision numbers
            found |= {str(key)[1:]: _plain(value) for key, value in group.items() if key != "/O"}
    for key in ("Alt", "ActualText", "Lang", "ID", "T"):
        if f"/{key}" in node:
            found[key] = str(node[f"/{key}"])
    return found


def _plain(value: Any) -> Any:
    """Turn a PDF value into a Python one; a name loses its slash."""
    if isinstance(value, pikepdf.Array):
        return [_plain(item) for item in value]
    if isinstance(value, pikepdf.Name):
        return str(value)[1:]
    return str(value) if isinstance(value, pikepdf.String) else value


def _marked_text(
    stream: Any, resources: Any, maps: dict[Any, dict[int, str]], outer: int | None = None
) -> dict[int, str]:
    """Read the text of each marked sequence of a page, forms that it draws included.

    What a font's codes mean is kept in `maps`: a paper takes the same few fonts up thousands of times.

    A line break stands where a new line of the page begins: layout drops the space at which it breaks one.
    """
    texts: dict[int, str] = {}
    height = size = 0.0
    scale = 1.0
    last_height = last_size = 0.0
    marks: list[int | None] = [outer]
    decode: dict[int, str] = {}
    width = 1
    for instruction in pikepdf.parse_content_stream(stream):
        operands: Any = instruction.operands
        name = str(instruction.operator)
        if name in ("BDC", "BMC"):
            properties: Any = operands[1] if len(operands) > 1 else None
            if isinstance(properties, pikepdf.Name):
                properties = resources.Properties[properties]
            marked = properties is not None and "/MCID" in properties
            # A mark without a number, such as a span of another language, belongs to the one around it.
            artifact = str(operands[0]) == "/Artifact"
            marks.append(int(properties.MCID) if marked else None if artifact else marks[-1])
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            font = resources.Font[operands[0]]
            size = abs(float(operands[1]))
            width = 2 if font.get("/Subtype") == "/Type0" else 1
            if font.objgen not in maps or not font.is_indirect:
                maps[font.objgen] = _to_unicode(font)
            decode = maps[font.objgen]
        elif name == "Tm":
            height, scale = float(operands[5]), abs(float(operands[3]))
        elif name in ("Td", "TD"):
            height += float(operands[1])
        elif name == "Do":
            form = resources.XObject[operands[0]]
            if form.get("/Subtype") == "/Form":
                for mark, text in _marked_text(form, form.get("/Resources", resources), maps, marks[-1]).items():
                    texts[mark] = texts.get(mark, "") + text
        elif name in ("Tj", "TJ", "'", '"') and marks[-1] is not None:
            shown = operands[-1] if name == "TJ" else [operands[-1]]
            raw = b"".join(bytes(part) for part in shown if isinstance(part, pikepdf.String))
            codes = [int.from_bytes(raw[at : at + width], "big") for at in range(0, len(raw), width)]
            text = "".join(decode.get(code, "\ufffd" if decode else chr(code)) for code in codes)
            if abs(height - last_height) > max(size * scale, last_size) * 0.6:  # a superscript rises less
                text = "\n" + text
            last_height, last_size = height, size * scale
            texts[marks[-1]] = texts.get(marks[-1], "") + text
    return texts


def _to_unicode(font: Any) -> dict[int, str]:
    """Read the map of a font from character codes to text."""
    if "/ToUnicode" not in font:
        return {}
    source = font.ToUnicode.read_bytes().decode("latin-1")
    found: dict[int, str] = {}

    def text(digits: str) -> str:
        return bytes.fromhex(digits).decode("utf-16-be")

    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, digits in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = text(digits)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for first, last, digits in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = text(f"{int(digits, 16) + step:0{len(digits)}x}")
    return found


def marked(sheet: pikepdf.Page) -> list[tuple[int | None, str, str]]:
    """Return the marked content of a page that shows text: its number, how it is marked, and its text."""
    fonts = {str(name): _to_unicode(font) for name, font in sheet.resources.Font.items()}
    shown: list[tuple[int | None, str, str]] = []
    open_: list[tuple[int | None, str]] = []
    font: dict[int, str] = {}
    for instruction in pikepdf.parse_content_stream(sheet):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BMC":
                open_.append((None, str(operands[0])[1:]))
            case "BDC":
                number = operands[1].get("/MCID")
                open_.append((None if number is None else int(number), str(operands[0])[1:]))
            case "EMC":
                open_.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "TJ":
                raw = b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))
                codes = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
                shown.append((*open_[-1], "".join(font.get(code, "?") for code in codes)))
    return shown


def on_paper(html: str) -> BeautifulSoup:
    """Return what of a page is printed: neither what waits to be opened, nor what is for the screen alone."""
    soup = BeautifulSoup(html, "html.parser")
    for unprinted in soup.select("details:not([open]), .evidence, .skip, .safety, .contents ul ul"):
        unprinted.extract()
    return soup


# PDF: independent checkers ----------------------------------------------------------------------------------


def pdfua(pdf_path: Path) -> list[str]:
    """List what the package ``pdfua`` finds against PDF/UA-1, warnings included.

    A rule that it could not evaluate is no finding; ``pdf_structure`` is what to read headings and tables
    with.
    """
    from pdfua import Severity, validate

    return [
        f"{found.severity.name.lower()} {found.rule_id} {found.location.describe()}: {found.message}"
        for found in validate(str(pdf_path)).findings
        if found.severity >= Severity.WARNING
    ]


def outloud(pdf_path: Path) -> list[str]:
    """List what the package ``outloud`` finds a screen reader would stumble over, warnings included."""
    from outloud import check

    result = check(str(pdf_path))
    if result.error:
        return [f"unreadable: {result.error}"]
    return [
        f"{found.severity} {found.rule} page {found.page}: {found.message} {found.evidence or ''}".strip()
        for found in result.sorted_findings()
        if found.severity in ("error", "warning")
    ]
