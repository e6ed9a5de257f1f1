"""Comparing two reports as they lie on disk: drafts, filed versions, or one of each.

What a report says stands as data in its run notebook, and nothing is run or made again. Notebook and manifest came from
outside: a notebook has a bounded size, must be the one that its manifest names by hash, and its data must hold to
:mod:`priority_two.comparison.content`, or the report is refused.

The comparison comes as text, as one accessible page, and as JSON::

    {"schema": "priority-two/changes/1",
     "old": {"kind", "title", "period", "as_at", "edition", "illustrative"}, "new": the same,
     "ratings": [{"commitment", "title", "before", "after", "direction", "details": [{"name", "before", "after"}]}],
     "figures": [{"element", "shown_in", "label", "measure", "breakdown", "area", "before_period", "after_period",
                  "before", "after", "difference", "percent", "said", "reason", "record", "before_illustrative",
                  "after_illustrative"}],
     "texts": [{"element", "title", "state", "pieces": [{"op", "text"}]}],
     "milestones": [{"commitment", "id", "title", "what", "before_due", "after_due", "met"}],
     "elements": [{"id", "heading", "state"}],
     "same_texts": [{"element", "title"}], "same_figures": 0}

``difference`` and ``percent`` are exact numbers as text, or null; what the words mean says
:mod:`priority_two.comparison.diff`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from priority_two.comparison.content import Content
from priority_two.comparison.diff import (
    ADDED,
    KEPT,
    REMOVED,
    REWRITTEN,
    Changes,
    FigureChange,
    Side,
    TextChange,
    TextPiece,
    date_words,
    text_of,
)
from priority_two.errors import Error, Refused, WrongCall, one_line
from priority_two.paths import PACKAGE
from priority_two.periods import plural
from priority_two.record.drafts import ENDINGS, MANIFEST
from priority_two.record.manifest import read_manifest
from priority_two.reference.catalogue import Helpline, QuickExit

SCHEMA = "priority-two/changes/1"
LARGEST_NOTEBOOK = 64 * 1024 * 1024
CONTEXT = 6
"""How many words that were kept stand on each side of a change in the text."""

_NOTEBOOK = ".ipynb"
_SHORT = re.compile(r"([0-9A-Za-z.-]{1,40})/([a-z-]{1,80})(?:@(draft|v[1-9]\d{0,3}))?", re.ASCII)
_VERSION = re.compile(r"v([1-9]\d{0,3})", re.ASCII)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class ComparedPaper:
    """A report that was read.

    ``notebook`` is its run notebook, ``status`` that of its manifest; ``helplines`` and ``quick_exit`` are what a page
    about it shows a reader at risk.
    """

    notebook: Path
    status: str
    statement: Content
    helplines: tuple[Helpline, ...]
    quick_exit: QuickExit


# Finding and reading


def find(given: str, reports: Path) -> Path:
    """Return the run notebook of a report.

    Parameters
    ----------
    given
        A file of the report, its files' common name, its folder, or ``2020-21-Q4/quarterly-progress-board``, with
        ``@draft`` or ``@v1`` after it where not the latest filed version is meant, or else the draft.
    reports
        Where reports lie.

    Raises
    ------
    WrongCall
        There is no such report, or more than one.
    """
    try:
        notebooks = _by_path(Path(given)) or _by_short_name(given, reports)
    except (OSError, RuntimeError, ValueError):  # a link in a circle, a name too long, a name with a NUL
        notebooks = []
    if len(notebooks) == 1:
        return notebooks[0]
    if notebooks:
        names = ", ".join(one_line(path.as_posix()) for path in notebooks[:10])
        raise WrongCall(f"report: found several under {one_line(given)!r}, expected one of {names}")
    expected = "a report's file or folder, or a name such as 2020-21-Q4/quarterly-progress-board@v1"
    raise WrongCall(f"report: found {one_line(given)!r}, expected {expected}")


def _by_path(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(path.glob(f"*{_NOTEBOOK}")) or _latest(path)
    ending = next((end for end in ENDINGS if path.name.endswith(end)), "")
    stem = path.name.removesuffix(ending)
    notebook = path.with_name(stem + _NOTEBOOK) if stem else path
    return [notebook] if notebook.is_file() else []


def _by_short_name(given: str, reports: Path) -> list[Path]:
    match = _SHORT.fullmatch(given)
    if not match or ".." in match[1]:
        return []
    period, stem, which = match.groups()
    filed, draft = reports / "filed" / period / stem, reports / "drafts" / period / f"{stem}{_NOTEBOOK}"
    if which and which != "draft":
        wanted = [filed / which / f"{stem}{_NOTEBOOK}"]
    else:
        wanted = [*([] if which else _latest(filed)), draft]
    return [notebook for notebook in wanted if notebook.is_file()][:1]


def _latest(folder: Path) -> list[Path]:
    """Return the notebook of the latest of a report's filed versions."""
    versions = [
        (int(match[1]), version) for version in folder.glob("v*") if (match := _VERSION.fullmatch(version.name))
    ]
    return sorted(max(versions)[1].glob(f"*{_NOTEBOOK}")) if versions else []


def read_paper(notebook: Path) -> ComparedPaper:
    """Return a report by its run notebook.

    Raises
    ------
    Refused
        The notebook cannot be read, is not the one that its manifest names, or holds no statement: one fault.
    """
    shown = one_line(notebook.as_posix(), 200)
    content = _bytes(notebook, shown)
    stem = notebook.name.removesuffix(_NOTEBOOK)
    beside = notebook.with_name(stem + MANIFEST)
    manifest, _ = read_manifest(beside, one_line(beside.as_posix(), 200))
    named = manifest.outputs.get(notebook.name)
    if named is None or named.sha256 != hashlib.sha256(content).hexdigest():
        fix = "restore both from where they were kept, or make the report again"
        raise Refused([Error(shown, "the notebook that its manifest names by hash", found="another", fix=fix)])
    metadata = _metadata(_json(content, shown), shown)
    if "content" not in metadata:
        fix = "make it again: priority-two report"
        expected = "a report that holds what it says as data; this one was made by an older version"
        raise Refused([Error(shown, expected, fix=fix)])
    return ComparedPaper(notebook, manifest.status, _statement(metadata["content"], shown), *_help(metadata, shown))


def _bytes(file: Path, shown: str) -> bytes:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would be waited for
            raise OSError
        with file.open("rb") as handle:
            content = handle.read(LARGEST_NOTEBOOK + 1)
    except OSError:
        raise Refused([Error(shown, "a file that can be read", found="none")]) from None
    if len(content) > LARGEST_NOTEBOOK:
        raise Refused([Error(shown, f"at most {LARGEST_NOTEBOOK} bytes", found="more")])
    return content


def _json(content: bytes, shown: str) -> Any:
    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        return json.loads(content.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Refused([Error(shown, "a notebook, which is JSON", found="something else")]) from None


def _metadata(notebook: Any, shown: str) -> dict[str, Any]:
    """Return what the masthead says of the paper: the metadata that one output carries."""
    masthead: dict[str, Any] | None = None
    for cell in _list(notebook, "cells"):
        for output in _list(cell, "outputs"):
            metadata = output.get("metadata") if isinstance(output, dict) else None
            if isinstance(metadata, dict) and isinstance(metadata.get("priority_two"), dict):
                masthead = metadata["priority_two"]
    if masthead is None:
        raise Refused([Error(shown, "a notebook that has been run, with the masthead of a report", found="none")])
    return masthead


def _list(of: Any, key: str) -> list[Any]:
    value = of.get(key) if isinstance(of, dict) else None
    return value if isinstance(value, list) else []


def _statement(content: Any, shown: str) -> Content:
    try:
        statement = Content.model_validate(content)
    except ValidationError as error:
        raise Refused([_invalid(error, shown, "content")]) from None
    lists = (statement.ratings, statement.figures, statement.milestones, statement.texts, statement.elements)
    words = [
        statement.title,
        *(str(value) for many in lists for entry in many for value in entry.model_dump().values()),
    ]
    if any(_CONTROL.search(text) for text in words):
        raise Refused([Error(shown, "text without control characters", column="content", found="one")])
    return statement


def _help(metadata: dict[str, Any], shown: str) -> tuple[tuple[Helpline, ...], QuickExit]:
    """Return helplines and quick exit; an address that does not begin with https:// leads nowhere good."""
    try:
        helplines = TypeAdapter(list[Helpline]).validate_python(metadata.get("helplines"))
        quick_exit = QuickExit.model_validate(metadata.get("quick_exit"))
    except ValidationError as error:
        raise Refused([_invalid(error, shown, "masthead")]) from None
    if not re.fullmatch(r"https://[!-~]{1,500}", quick_exit.address):
        raise Refused([Error(shown, "a quick exit to an address that begins with https://", column="quick_exit")])
    return tuple(helplines), quick_exit


def _invalid(error: ValidationError, shown: str, what: str) -> Error:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join([what, *(str(part) for part in first["loc"])])
    return Error(shown, one_line(first["msg"]), column=where)


# As text


def as_text(changes: Changes) -> str:
    """Return changes as text, a section each for ratings, figures, updates, milestones and elements."""
    lines = [f"Old: {_side(changes.old)}", f"New: {_side(changes.new)}"]
    if not changes:
        return "\n".join([*lines, "", "No differences.", ""])
    for title, body in (
        ("Ratings", _rating_lines(changes)),
        ("Figures", _figure_lines(changes)),
        ("Updates", _text_lines(changes)),
        ("Milestones", _milestone_lines(changes)),
        ("Elements", [f"{element.id} {element.heading}: {element.state}" for element in changes.elements]),
    ):
        lines += ["", title, *(f"  {line}" for line in body or ["No differences."])]
    return "\n".join(lines) + "\n"


def _side(side: Side) -> str:
    made_up = "; some of what was written for it is illustrative" if side.illustrative else ""
    return f"{side.title}, {side.edition} edition, as at {date_words(side.as_at)}{made_up}"


def _rating_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.ratings:
        words = _from_to(change.before, change.after, "not rated")
        lines.append(f"{change.commitment} {change.title}: {words} ({change.direction})")
        lines += [f"    {each.name}: {_quoted(each.before)} to {_quoted(each.after)}" for each in change.details]
    return lines


def _from_to(before: str, after: str, nothing: str) -> str:
    return before if before == after else f"{before or nothing} to {after or nothing}"


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "nothing"


def _figure_lines(changes: Changes) -> list[str]:
    lines = [f"{change.element} {change.label}: {_figure(change)}" for change in changes.figures]
    if changes.same_figures:
        lines.append(f"{plural(changes.same_figures, 'figure')} of a new period as before")
    return lines


def _figure(change: FigureChange) -> str:
    sides = (
        (change.before, change.before_period, change.before_illustrative),
        (change.after, change.after_period, change.after_illustrative),
    )
    shown = [f"{text} ({period}{', illustrative' if made_up else ''})" for text, period, made_up in sides if period]
    reason = f"{change.reason} (record {change.record})" if change.record else change.reason
    return f"{' to '.join(shown)}, {change.said}: {reason}" if len(shown) == 2 else f"{shown[0]}: {reason}"


def _text_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.texts:
        lines.append(f"{change.element} {change.title}: {_extent(change)}")
        if change.state == REWRITTEN:
            lines += [f"    {line}" for line in _marked(change.pieces).split("\n") if line.strip()]
    if changes.same_texts:
        lines.append(f"word for word the same: {', '.join(element for element, _ in changes.same_texts)}")
    return lines


def _extent(change: TextChange) -> str:
    counts = (f"{plural(change.removed, 'word')} removed", f"{plural(change.added, 'word')} added")
    return f"{change.state}, {', '.join(counts)}"


def _marked(pieces: Iterable[TextPiece]) -> str:
    marks = {REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
    shown = []
    for piece in _shortened(list(pieces)):
        before, after = marks.get(piece.op, ("", ""))
        shown.append(f"{before}{text_of(piece.words)}{after}")
    return "\n".join(line.strip() for line in " ".join(shown).split("\n"))


def _shortened(pieces: list[TextPiece]) -> Iterator[TextPiece]:
    """Yield the pieces with as many of the words that were kept as it takes to see where a change stands."""
    for place, piece in enumerate(pieces):
        before = () if place == 0 else piece.words[:CONTEXT]
        after = () if place == len(pieces) - 1 else piece.words[-CONTEXT:]
        if piece.op != KEPT or len(piece.words) <= len(before) + len(after):
            yield piece
        else:
            yield TextPiece(KEPT, (*before, "...", *after))


def _milestone_lines(changes: Changes) -> list[str]:
    lines = []
    for change in changes.milestones:
        due = (
            _from_to(change.before_due, change.after_due, "no date")
            if change.before_due or change.after_due
            else "no date"
        )
        lines.append(f"{change.commitment} {change.title}: {'; '.join(change.what)} (due {due})")
    return lines


# As JSON and as a page


def as_json(changes: Changes) -> bytes:
    """Return changes as JSON; see the module for what it holds."""
    data = asdict(changes)
    for figure in data["figures"]:
        figure |= {key: None if figure[key] is None else f"{figure[key]:f}" for key in ("difference", "percent")}
    for text in data["texts"]:
        text["pieces"] = [{"op": piece["op"], "text": text_of(piece["words"])} for piece in text["pieces"]]
    data["same_texts"] = [{"element": element, "title": title} for element, title in changes.same_texts]
    return (json.dumps({"schema": SCHEMA, **data}, indent=2, ensure_ascii=False) + "\n").encode()


def as_page(changes: Changes, paper: ComparedPaper) -> bytes:
    """Return changes as one page of HTML that asks the network for nothing.

    Parameters
    ----------
    changes
        The changes.
    paper
        The later paper, whose helplines and quick exit the page has.
    """
    from bs4 import BeautifulSoup
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from priority_two.publish.fonts import font_css

    environment = Environment(
        loader=PackageLoader("priority_two", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = date_words
    style = (PACKAGE / "publish" / "paper" / "paper.css").read_text(encoding="utf-8")
    html = environment.get_template("compare.html.j2").render(
        changes=changes,
        paper=paper,
        paper_css=Markup(style),  # noqa: S704 -- ours
        texts=[(change, _paragraphs(change.pieces)) for change in changes.texts],
    )
    return html.replace("<!-- fonts -->", font_css(BeautifulSoup(html, "html.parser").get_text()), 1).encode()


def _paragraphs(pieces: Iterable[TextPiece]) -> list[list[tuple[str, str]]]:
    """Return the pieces by paragraph, each with its words as text; what was removed joins the paragraph it stood by."""
    paragraphs: list[list[tuple[str, str]]] = [[]]
    for piece in pieces:
        words: list[str] = []
        for word in (*piece.words, ""):
            if word and (word != "\n" or piece.op == REMOVED):
                words.append(word)
                continue
            if text := " ".join(each for each in words if each != "\n"):
                paragraphs[-1].append((piece.op, text))
            if word:
                paragraphs.append([])
            words = []
    return [paragraph for paragraph in paragraphs if paragraph]


# Writing


def write(target: Path, content: bytes, papers: Iterable[ComparedPaper]) -> None:
    """Write a file whole or not at all; never over a file of the reports that are compared.

    Raises
    ------
    WrongCall
        The target is a folder, one of the reports' own files, or lies in no folder that can be written to.
    """
    name = one_line(target.as_posix())
    own = {
        paper.notebook.with_name(paper.notebook.name.removesuffix(_NOTEBOOK) + end)
        for paper in papers
        for end in ENDINGS
    }
    try:
        if target.resolve() in {path.resolve() for path in own}:
            raise WrongCall(f"out: {name} is a file of a report that is compared; name another")
        if target.is_dir():
            raise WrongCall(f"out: found the folder {name}, expected a file")
        handle, staged = tempfile.mkstemp(prefix=f".{target.name}-"[:40], dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(staged).chmod(0o644)
            Path(staged).replace(target)
        except OSError:
            Path(staged).unlink(missing_ok=True)
            raise
    except (OSError, RuntimeError, ValueError):
        raise WrongCall(f"out: {name} cannot be written") from None
