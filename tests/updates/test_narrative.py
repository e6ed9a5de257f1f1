"""Narrative: figures bound to observations and nothing else, faults at their lines, and links that can do no harm."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from checkers import FOREVER
from conftest import DATA, lean_copy
from priority_two.blocks import Block, Code, Heading, Listing, Paragraph, Span, citations, lines, plain, walk
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.measures.evidence import Evidence
from priority_two.periods import parse
from priority_two.reference.catalogue import load_catalogue
from priority_two.report import open_report
from priority_two.returns.store import latest, observations, read_returns
from priority_two.updates.documents import Front, read_document
from priority_two.updates.narrative import blocks_of

STEADY = settings(derandomize=True, database=None, deadline=None, max_examples=200)


def base() -> Evidence:
    """Return the evidence of the shipped paper."""
    folder = DataFolder(DATA)
    counted = latest(observations(read_returns(folder, dt.date(2021, 3, 25))))
    return Evidence(load_catalogue(folder), counted, parse("2020-21-Q4"))


EVIDENCE = base()


def written(markdown: str, level: int = 3, line: int = 1) -> tuple[Block, ...]:
    return blocks_of(markdown, "data/updates/2020-21-Q4/2a.md", line, EVIDENCE, {1, 2, 3}, level)


def spans(blocks: tuple[Block, ...]) -> list[Span]:
    return [span for block in walk(blocks) for line in lines(block) for span in line]


def refusal(markdown: str, line: int = 1) -> list[str]:
    """Write what must be refused, and return the faults without the file's name, which all of them begin with."""
    with pytest.raises(Refused) as caught:
        written(markdown, line=line)
    errors = [str(error) for error in caught.value.errors]
    assert errors
    assert all(error.startswith("data/updates/2020-21-Q4/2a.md, row ") and error.isprintable() for error in errors)
    return [error.removeprefix("data/updates/2020-21-Q4/2a.md, ") for error in errors]


def links(markdown: str) -> list[tuple[str, str]]:
    """Return the links of a narrative: what they say, and where they lead."""
    return [(span.text, span.href) for span in spans(written(markdown)) if span.href]


# Bindings ----------------------------------------------------------------------------------------------------


def test_a_figure_is_its_observations_value_and_leads_to_its_source() -> None:
    for binding, text, asked in (
        ('value("HLT01")', "38", {"measure": "HLT01"}),
        ("value('COM01', 'printed')", "10,000", {"measure": "COM01", "breakdown": "printed"}),
        ('value("COM01", breakdown="in-stock")', "700", {"measure": "COM01", "breakdown": "in-stock"}),
        ('value("IDV03", "iris-idva-e")', "2.5", {"measure": "IDV03", "breakdown": "iris-idva-e"}),
        ('value(measure="HLT03", period="2020-21-Q4")', "12", {"measure": "HLT03"}),
        (
            'value("POL01", period="2019-06..2020-05")',
            "4,776",
            {"measure": "POL01", "period": "2019-06..2020-05"},
        ),
        ('value("HLT01", partner="sel-ccg")', "38", {"measure": "HLT01"}),
    ):
        ((label, address),) = links(f"We have {{{{ {binding} }}}} of them.")
        assert (label, address) == (text, f"#{EVIDENCE.figure(**asked).anchor}"), binding


def test_a_figure_that_is_none_is_refused_and_never_printed_as_words_in_a_sentence() -> None:
    (error,) = refusal('The programme had {{ value("EIF02") }} children.')
    assert "column value: found EIF02 2020-21-Q4 was sent as not applicable (z); expected a figure to bind to" in error
    assert "say so in words of your own" in error


def test_a_word_that_the_catalogue_does_not_have_is_named_with_the_nearest() -> None:
    for binding, words in (
        ('value("COM01", "printd")', "printd is no breakdown of COM01; expected a figure to bind to; write printed"),
        ('value("COM01", "Printed")', "Printed is no breakdown of COM01; expected a figure to bind to; write printed"),
        ('value("COM02", "qqq")', "name one of the catalogue; it has due, issued"),
        ('value("POL01", area="bickley")', "bickley is no area; expected a figure to bind to; write E05000106"),
        (
            'value("COM02")',
            "the parts of COM02 have no total; expected a figure to bind to; name one of them: due",
        ),
        (
            'value("COM03", "reach")',
            "never added up; expected a figure to bind to; name the period of one of its",
        ),
        ('value("HTL01")', "HTL01 is no measure; expected a figure to bind to; write HLT01"),
        ('value("HLT01", partner="sel-cgg")', "sel-cgg is no partner; expected a figure to bind to; write sel-ccg"),
    ):
        (line,) = refusal(f"Some {{{{ {binding} }}}}.")
        assert words in line


def test_appendices_and_commitments_are_linked_by_name() -> None:
    assert links('See {{ appendix(2) }} and {{ commitment("3b") }}.') == [
        ("Appendix 2", "#appendix-2"),
        ("commitment 3b", "#commitment-3b"),
    ]


def test_what_is_bound_is_cited_with_its_place_in_the_sources_annex() -> None:
    evidence = base()
    (block,) = blocks_of('{{ value("HLT01") }} and {{ value("HLT03") }}', "a.md", 1, evidence, set(), 3)
    cited = [evidence.cited(citation) for citation in citations(block)]
    assert [figure.measure for figure in cited] == ["HLT01", "HLT03"]


@pytest.mark.parametrize("line", [1, 12, 400])
def test_each_missing_figure_is_named_with_its_own_line(line: int) -> None:
    markdown = (
        'First {{ value("HLT01") }}.\n\n- {{ value("HLT99") }} and {{ appendix(7) }}\n- {{ value("HLT01", "gp") }}\n\n'
        '\n{{ commitment("9z") }}\n{{ value("HLT01", period="2018-19-Q4") }}\n'
    )
    errors = refusal(markdown, line)
    assert [re.split("[,:]", error)[0] for error in errors] == [
        f"row {line + 2}",
        f"row {line + 2}",
        f"row {line + 3}",
        f"row {line + 6}",
        f"row {line + 7}",
    ]
    for error, words in zip(errors, ("HLT99", "appendix 7", "HLT01 gp", "commitment 9z", "2018-19-Q4"), strict=True):
        assert words in error


def test_the_line_is_that_of_the_file_front_matter_counted(tmp_path: Path) -> None:
    text = (
        "---\ncommitment: 2a\nrating: green\nqualifier: >-\n  Of two\n  lines\nreason:\naction:\nowner:\ndue:\n"
        'written: 2021-03-25\nbasis: reported\n---\n\nOne {{ value("HLT01") }}.\n\nNone {{ value("HLT99") }}.\n'
    )
    for end in ("\n", "\r\n"):
        (tmp_path / "2a.md").write_text(text, encoding="utf-8", newline=end)
        document = read_document(DataFolder(tmp_path), "2a.md", Front)
        with pytest.raises(Refused) as caught:
            blocks_of(document.narrative, document.file, document.line, EVIDENCE, set(), 3)
        (error,) = caught.value.errors
        wanted = next(n for n, line in enumerate(text.split("\n"), 1) if "HLT99" in line)
        assert str(error).startswith(
            f"{tmp_path.name}/2a.md, row {wanted}, column value: found no observation of HLT99"
        )


def test_the_missing_figures_of_all_documents_are_named_and_not_only_those_of_the_first(tmp_path: Path) -> None:
    # A person mends a paper once, and not once a document.
    lean_copy(tmp_path)
    rows = {}
    for name in ("2a", "6b"):
        path = tmp_path / "data" / "updates" / "2020-21-Q4" / f"{name}.md"
        text = path.read_text(encoding="utf-8").rstrip("\n") + '\n\nNone {{ value("HLT99") }}.\n'
        path.write_text(text, encoding="utf-8")
        rows[name] = text.count("\n")
    with pytest.raises(Refused) as caught:
        open_report("quarterly-progress", period="2020-21-Q4", data=str(tmp_path / "data")).commitments()
    lines = [str(error) for error in caught.value.errors]
    for name, row in rows.items():
        assert any(error.startswith(f"data/updates/2020-21-Q4/{name}.md, row {row}, ") for error in lines), lines


NOT_BINDINGS = [
    "{{ 1 + 1 }}", "{{ 38 * 2 }}", '{{ value("HLT01") + 1 }}', '{{ value("HLT01") ~ "0" }}', "{{ -1 }}", "{{ 2 ** 9 }}",
    '{{ value("HLT01") | upper }}', '{{ "x" | safe }}', '{{ value("HLT01")|replace("3", "4") }}',
    "{{ value.__globals__ }}", "{{ ''.__class__.__mro__ }}", '{{ value["__globals__"] }}',
    '{{ value("HLT01").upper() }}', '{{ value("HLT01")[0] }}', "{{ value.__class__ }}", "{{ render }}",
    "{{ evidence }}", "{{ self }}", "{{ cycler }}", "{{ lipsum(9) }}", "{{ range(9) }}", "{{ dict() }}",
    "{{ namespace() }}", "{{ joiner() }}",
    "{{ __import__('os') }}", "{{ open('x') }}", "{{ undefined }}", "{{ [1, 2] }}", "{{ (1, 2) }}", "{{ {'a': 1} }}",
    "{{ 1 if 2 else 3 }}",
    "{{ 1 == 1 }}", "{{ not 1 }}", "{{ 1 is odd }}", "{{ 1 in [1] }}", '{{ value(["HLT01"]) }}', "{{ value() }}",
    '{{ value("HLT" ~ "01") }}', '{{ value("HLT01", "", "", "", "", "") }}', '{{ value(mesure="HLT01") }}',
    '{{ value("HLT01", measure="HLT01") }}', '{{ value("HLT01", evidence=1) }}', "{{ value(1) }}", "{{ value(none) }}",
    "{{ appendix() }}", "{{ appendix(1, 2) }}", '{{ appendix("2") }}', "{{ appendix(none) }}", "{{ appendix(0) }}",
    "{{ appendix(-1) }}", "{{ commitment(3) }}", '{{ commitment("3B") }}', '{{ commitment("") }}',
    "{% for i in range(9) %}x{% endfor %}", "{% if 1 %}x{% endif %}", "{% set a = 1 %}", "{% include 'x' %}",
    "{% import 'x' as y %}", "{% extends 'x' %}", "{% block a %}{% endblock %}", "{% macro a() %}{% endmacro %}",
    "{% call value('HLT01') %}{% endcall %}", "{% filter upper %}x{% endfilter %}", "{% with a = 1 %}{% endwith %}",
    "{% autoescape false %}x{% endautoescape %}", "{% do 1 %}", "{% debug %}", "{% endfor %}", "{% %}", "{% raw %}",
    "{{", "{{ value(", "{{ value('HLT01)", "{{ }}", "{{ value 'HLT01' }}", "{#", "{{ value('\\x') }}", "{{ @ }}",
]  # fmt: skip


@pytest.mark.parametrize("markdown", NOT_BINDINGS)
def test_nothing_but_the_three_bindings_stands_between_braces(markdown: str) -> None:
    errors = refusal(f"One.\n\nTwo {markdown} three.\n", line=10)
    assert errors[0].startswith("row 12"), errors


@pytest.mark.parametrize(
    "markdown",
    [
        "{{ value }}", "{{ appendix }}", "{{ commitment }}",  # would print the address of a function
        "{{ 38 }}", "{{ 38.5 }}", '{{ "38" }}', "{{ true }}", "{{ none }}",  # a figure that is typed, bound to nothing
        '{{ "a" "b" }}', '{{ "<script>" }}',
    ],
)  # fmt: skip
def test_a_bare_name_and_a_typed_constant_are_no_bindings(markdown: str) -> None:
    (error,) = refusal(f"One.\n\nTwo {markdown} three.\n", line=10)
    assert error.startswith("row 12")


@pytest.mark.parametrize(
    "markdown",
    [
        "{{ value(value) }}", '{{ value(value("HLT01")) }}', '{{ appendix(value("HLT01")) }}', '{{ value("HLT01")() }}',
        '{{ value("HLT01")("COM01") }}', '{{ "x"() }}', "{{ 1() }}", '{{ value("HLT01", *"ab") }}',
        '{{ value(*"ab") }}', '{{ value(*value) }}', '{{ value("HLT01", **"x") }}', '{{ value("HLT01", **value) }}',
        "{{ appendix(number=1, number=2) }}", '{{ value("HLT01", area=value) }}',
    ],
)  # fmt: skip
def test_a_call_within_a_call_and_other_tricks_are_refused_and_are_no_fault_of_the_program(markdown: str) -> None:
    errors = refusal(f"One.\n\nTwo {markdown} three.\n", line=10)
    assert errors[0].startswith("row 12")


@pytest.mark.parametrize(
    "markdown",
    ["{{ appendix(0x2) }}", "{{ appendix(0b10) }}", "{{ appendix(0o2) }}", "{{ appendix(0_2) }}", "{{ appendix(00) }}",
     '{{ value(u"HLT01") }}', '{{ value("HLT" "01") }}', '{{ value("HLT\\x301") }}', '{{ value("""HLT01""") }}',
     "{{ appendix(\n0x" + "f" * 3_600 + "\n) }}", "{{ appendix(0x" + "f" * 150 + ") }}", "{{ value('H\\\nLT01') }}"],
)  # fmt: skip
def test_a_word_and_a_number_of_a_binding_are_there_as_they_are_read(markdown: str) -> None:
    errors = refusal(f"One.\n\n{markdown}", line=10)
    assert errors[0].startswith("row 12: found {{")


@pytest.mark.parametrize("number", ["true", "1.0", "2.0", "false"])
def test_an_appendix_is_named_by_a_whole_number(number: str) -> None:
    assert refusal(f"{{{{ appendix({number}) }}}}")


def test_every_fault_between_braces_is_named_and_not_only_the_first() -> None:
    errors = refusal('A {{ 1 + 1 }}.\n\nB {{ value("HLT01") | upper }}.\n\nC {{ value("HLT99") }}.\n', line=10)
    assert {re.split("[,:]", error)[0] for error in errors} >= {"row 10", "row 12"}


@pytest.mark.parametrize(
    "markdown",
    [
        '{{ "x" * 10**10 }}', "{{ 9 ** 9 ** 9 ** 9 }}", "{{ range(10**12) }}", "{{ lipsum(10**9) }}",
        '{{ "%1000000000d" % 1 }}', '{{ "x".ljust(10**10) }}', '{{ "{:>10000000000}".format(1) }}',
        "{{ value(" + '"x"' + ' ~ "x"' * 300 + ") }}", "{% for i in range(10**12) %}{% endfor %}",
    ],
)  # fmt: skip
def test_huge_numbers_and_strings_are_refused_before_they_are_made(markdown: str) -> None:
    assert refusal(markdown)[0].startswith("row 1")


@pytest.mark.parametrize(
    "markdown",
    [
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
        "{{ " + "-" * 20_000 + "1 }}", "{{ " + "not " * 5_000 + "1 }}", "{{ value" + ".a" * 5_000 + " }}",
        "{{ value" + "()" * 5_000 + " }}", "{{ " + "1 + " * 5_000 + "1 }}", "{% if 1 %}" * 3_000,
        "{{ value(" + "9" * 5_000 + ") }}",
    ],
    ids=["brackets", "lists", "signs", "nots", "attributes", "calls", "sums", "ifs", "digits"],
)  # fmt: skip
def test_endless_nesting_is_refused_and_is_no_fault_of_the_program(markdown: str) -> None:
    assert refusal(markdown)[0].startswith("row 1")


def test_nothing_between_braces_is_ever_run(tmp_path: Path) -> None:
    mark = (tmp_path / "ran").as_posix()
    for reach in (
        "cycler.__init__.__globals__.os",
        "lipsum.__globals__['os']",
        "value.__globals__['__builtins__']['__import__']('os')",
        "self.__init__.__globals__.__builtins__.__import__('os')",
        "''.__class__.__base__.__subclasses__()[100].__init__.__globals__['sys'].modules['os']",
    ):
        refusal(f"{{{{ {reach}.mkdir('{mark}') }}}}")
        refusal(f"{{% set os = {reach} %}}{{{{ os.mkdir('{mark}') }}}}")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "text",
    ['{ value("HLT01") }', "{ { value(HLT01) } }", "{value}", "a }} b", "{HLT01}", 'value("HLT01")',
     '[[ value("HLT01") ]]', "{ appendix(1) }", "(value(“HLT01”))"],
)  # fmt: skip
def test_what_looks_like_a_binding_and_is_none_is_refused(text: str) -> None:
    error, *_ = refusal(f"First line.\n\nSo far {text} here.")
    assert error.startswith("row 3: found ") and 'write {{ value("PRA01") }}' in error


def test_percent_and_hash_before_a_brace_are_named_once() -> None:
    (error,) = refusal("a %} b")
    assert error.startswith("row 1: found }")


# Links and images --------------------------------------------------------------------------------------------

FORBIDDEN = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)", "javascript&colon;alert(1)",
    "vbscript:x", "data:text/html;base64,PHNjcmlwdD4=", "data:image/png;base64,iVBORw0KGgo=", "http://example.org",
    "HTTP://example.org", "mailto:someone@example.org", "tel:0000", "ftp://example.org", "file:///etc/hosts",
    "//example.org", "/path", "path", "../path", "?query", "https:example.org", "blob:https://example.org",
    "about:blank", "\\\\example.org", "httpx&#58;//example.org", "",
]  # fmt: skip


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_link_leads_to_https_or_within_the_paper_and_nowhere_else(address: str) -> None:
    (error,) = refusal(f"A [link]({address}).")
    assert "expected a link to https:// or within the paper" in error


@pytest.mark.parametrize("address", ["http://example.org", "javascript:alert(1)", "mailto:someone@example.org"])
@pytest.mark.parametrize(
    "markdown", ["<{}>", "[a][b]\n\n[b]: {}", "[b]\n\n[b]: {}", "[a](<{}>)", '[a]({} "title")', "- > # [a]({})"]
)
def test_the_other_ways_to_write_a_link_are_no_way_round(address: str, markdown: str) -> None:
    (error,) = refusal(markdown.format(address))
    assert "expected a link to https:// or within the paper" in error


def test_an_address_of_electronic_mail_makes_no_link() -> None:
    (error,) = refusal("Write to <someone@example.org>.")
    assert "mailto:someone@example.org" in error


def test_links_that_may_be_are() -> None:
    assert links("[a](https://example.org/x?y=1&z=2#w) and [b](#appendix-2) and <https://example.org>") == [
        ("a", "https://example.org/x?y=1&z=2#w"),
        ("b", "#appendix-2"),
        ("https://example.org", "https://example.org"),
    ]


@pytest.mark.parametrize(
    "address",
    ["https://example.org@elsewhere.example/", "https://example.org%2f@elsewhere.example", "https:///elsewhere.example",
     "https://ex\u0430mple.org", "https://:443/", "https://ex%61mple.org/"],
)  # fmt: skip
def test_an_address_shows_the_host_to_which_it_leads(address: str) -> None:
    (error,) = refusal(f"One.\n\nA [link]({address}).", line=10)
    assert error.startswith("row 12: ") and "expected a link to https:// or within the paper" in error


@pytest.mark.parametrize(
    "markdown",
    [
        "[https://example.org](https://elsewhere.example/x)", "[example.org](https://elsewhere.example)",
        "[see www.example.org for help](https://elsewhere.example)", "[**example**.org](https://elsewhere.example)",
        "[https://ex*ample*.org/a](https://elsewhere.example/a)", "[example.org](#appendix-2)",
        "[ex\u0430mple.org](https://example.org)", "[exam\u200bple.org](https://elsewhere.example)",
        "[example.org](https://example.org.elsewhere.example)", "[example.org/a](https://example.org/b)",
        "[example.org][a]\n\n[a]: https://elsewhere.example", "[help@example.org](https://elsewhere.example)",
        "[HTTPS://EXAMPLE.ORG](https://elsewhere.example)", "[example.org](https://elsewhere.example/example.org)",
        "[example。org](https://elsewhere.example)", "[example｡org](https://elsewhere.example)",
        "[192.0.2.1](https://elsewhere.example)", "[see 192.0.2.1:8080/a](https://elsewhere.example)",
    ],
)  # fmt: skip
def test_words_of_a_link_that_name_another_address_are_refused_by_line(markdown: str) -> None:
    (error,) = refusal(f"One.\n\nA {markdown}", line=10)
    assert error.startswith("row 12: found ") and "expected a link that leads where its words say" in error


@pytest.mark.parametrize(
    "markdown",
    [
        "[https://example.org](https://example.org/)", "[www.example.org](https://example.org/help?a=b)",
        "[Example.org/help](https://www.example.org/help/line#x)", "the [strategy.pdf](https://example.org/3)",
        "[the service's page, e.g. on stalking](https://example.org)", "[2.5 posts, see p.m. hours](#appendix-2)",
        "[see example.org.](https://example.org)", "<https://example.org/a>", "[Refuge](https://example.org)",
    ],
)  # fmt: skip
def test_words_of_a_link_that_name_its_own_address_or_none_may_stand(markdown: str) -> None:
    assert links(markdown)


@pytest.mark.parametrize(
    "markdown",
    ['[a](https://example.org/{{value("HLT01")}})', '<https://example.org/{{value("HLT01")}}>',
     "[a](https://example.org/%7B%7Bvalue%7D%7D)", "[a][b]\n\n[b]: https://example.org/{{x}}"],
)  # fmt: skip
def test_no_address_holds_a_binding(markdown: str) -> None:
    (error,) = refusal(f"One.\n\nA {markdown}", line=10)
    assert error.startswith("row 12: found https://example.org/%7B%7B") and "no binding in an address" in error


@pytest.mark.parametrize("call", ['(value)("HLT01")', 'ｖａｌｕｅ("HLT01")', 'value ("HLT01")'])
def test_a_binding_has_one_form(call: str) -> None:
    (error,) = refusal(f"One.\n\n{{{{ {call} }}}}")
    assert error.startswith("row 3: found {{") and "plain arguments between double braces" in error


@pytest.mark.parametrize("address", [*FORBIDDEN[:8], "https://example.org/a.png", "#here", "a.png"])
@pytest.mark.parametrize("markdown", ["![alt]({})", "![alt][b]\n\n[b]: {}", '![alt]({} "title")', "[![alt]({})](#x)"])
def test_no_image_is_fetched_from_anywhere(address: str, markdown: str) -> None:
    assert "expected no image in a narrative" in " ".join(refusal(markdown.format(address or "x")))


def test_a_figure_that_is_typed_cannot_be_dressed_up_as_one_that_is_bound() -> None:
    # The same mark and the same link to the evidence as a binding makes, round a number that is not so.
    anchor = EVIDENCE.figure("HLT01").anchor
    assert refusal(f"We have [99](#{anchor}) practices.")
    for place in ("#source-nothing", "#Source-nothing", "#%73ource-nothing", "%23source-nothing", "\\#source-nothing"):
        errors = [*refusal(f"One.\n\nWe have [99]({place}) practices."), *refusal(f"One.\n\n[99][a]\n\n[a]: {place}")]
        assert [error[:5] for error in errors] == ["row 3", "row 3"], place


@pytest.mark.parametrize(
    "markdown",
    [
        "One.\n\nTwo.\n\nA [link](http://example.org).\n",
        "One.\n\nTwo.\n\n![alt](a.png)\n",
        "# One\n\nTwo.\n\n### Three\n",
    ],
    ids=["link", "image", "heading"],
)
def test_a_link_an_image_and_a_heading_are_named_with_their_own_line(markdown: str) -> None:
    (error,) = refusal(markdown, line=10)
    assert error.startswith("row 14")


# HTML --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:x">y</a>', "<b>bold</b>",
        "<svg onload=alert(1)>", "<style>*{}</style>", "<!-- comment -->", "<?php x ?>", "<![CDATA[x]]>",
        "<!DOCTYPE html>", "<iframe src=https://example.org></iframe>", "</p></article>",
        "<meta http-equiv=refresh content=0>", "<form>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "Text {} text", "- {}", "> {}", "# {}", "    {}", "*{}*", "[{}](#x)"])
def test_raw_html_is_refused_with_its_line(raw: str, around: str) -> None:
    lines = refusal(f"Text.\n\n{around.format(raw)}\n")
    assert lines[0].startswith("row 3: found ") and "words without HTML" in lines[0]


@pytest.mark.parametrize("raw", ["<script>alert(1)</script>", "<b>bold</b>", "<!-- comment -->", "&nbsp;", "| a | b |"])
@pytest.mark.parametrize("around", ["`{}`", "``{}``", "```\n{}\n```", "~~~\n{}\n~~~"])
def test_within_code_html_is_text(raw: str, around: str) -> None:
    (block,) = written(around.format(raw))
    assert isinstance(block, Paragraph | Code)
    assert [(span.text, span.style) for span in spans((block,))] == [(raw, "code")]


@pytest.mark.parametrize(
    "markdown",
    ['```\n{{ value("HLT01") }}\n```', '~~~\n\n{{ value("HLT01") }}\n~~~', '    {{ value("HLT01") }}',
     '`{{ value("HLT01") }}`', '```\n{{ value("HLT01"\n```', "```\n{{ value('HLT01'" + " " * 300 + ") }}\n```",
     '- `` {{ value("HLT01") ``'],
)  # fmt: skip
def test_a_binding_within_code_is_refused_by_line(markdown: str) -> None:
    (error,) = refusal(f"One.\n\n{markdown}", line=10)
    row = 12 + markdown[: markdown.index("{{")].count("\n")
    assert error.startswith(f"row {row}: found {{{{") and "expected no binding within code" in error


UNSUPPORTED = {
    "<br>": "words without HTML", "one<br/>two": "words without HTML", "<br": "words without HTML",
    "</div>": "words without HTML", "<insert figure>": "words without HTML", "<hr\nclass='x'>": "words without",
    "one&nbsp;two": "write a plain space", "&pound;5": "write £", "&#163;5": "write £", "&#xA3;5": "write £",
    "R&amp;D": "write &", "&hellip;": "write …", "a&nbsp b": "write a plain space",
    "| a | b |\n|---|---|\n| 1 | 2 |": "no table", "a | b\n--- | ---\nc | d": "no table", "|a|\n|-|": "no table",
    "- | a | b |": "no table", "- [ ] to do": "no box to tick", "* [x] done": "no box to tick", "1. [X] done": "no box",
    "a note[^1]": "no footnote", "[^note]: words": "no footnote", "a note ^[words]": "no footnote",
    "~~gone~~": "no text that is struck", "==marked==": "no text that is marked", "![alt]": "no image",
    "![a](https://x.org/a.png)": "no image", "##Next steps": "a space after the marks",
    "one\\\ntwo": "breaks by a backslash", "{.class}": "no brace", "text {#id}": "no brace", "{% if x %}": "no brace",
    "a<o:p>": "words without HTML", "&copy 2021": "write ©", "&mdash ": "write —",
    "> [!NOTE]\n> words": "no box for a note", "!!! note": "no box for a note",
}  # fmt: skip


@pytest.mark.parametrize(("markdown", "words"), UNSUPPORTED.items(), ids=UNSUPPORTED)
@pytest.mark.parametrize("before", ["", "A paragraph.\n\n", "- an item\n- `code` and 2 < 3\n\n"])
def test_markup_that_no_paper_prints_is_refused_with_its_line(before: str, markdown: str, words: str) -> None:
    lines = refusal(f"{before}{markdown}\n\nMore words.", line=7)
    row = 7 + before.count("\n") + ("--- | ---" in markdown)
    assert len(lines) == 1 and lines[0].startswith(f"row {row}: found ") and words in lines[0]


@pytest.mark.parametrize(
    "prose",
    [
        "fewer than <5", "a < b and b > a", "<5 cases, >3 posts", "R&D, Q&A; AT&T, M&S; fish & chips", "1<2>0",
        "if x<5 and y>6", "see appendix (3), the value (3) of it", "a|b, either | or", "#1 priority, item #2",
        "the value (“good”) of it", "a = b == c", "2 ~ 3 ~~ 4", "[note] and [x] in it", "2^[nd", "10% \\ 20%",
        "costs $5 and €6", "a * b ** c", "--- and --", "https://example.org/a?b=1&lt=2&copy=3", "x: y; z", "-5 | -6",
        "[words](https://example.org/?a=1&amp;b={c})", r"\<br\> and \{x\} and \&nbsp;", "- a\n  - b\n    - c",
        "<https://example.org/{a}>", "5 > 3 | 2 < 4",
    ],
)  # fmt: skip
def test_ordinary_prose_is_not_refused(prose: str) -> None:
    assert written(prose)


def test_every_piece_of_unsupported_markup_is_named_and_a_table_once() -> None:
    lines = refusal('<br>one&nbsp;two &pound;5 { value("HLT01") }\n\n| Q | P |\n|---|---|\n| three | HLT |\n\n[^1]')
    assert [line.split(":")[0] for line in lines] == ["row 1"] * 4 + ["row 3", "row 7"]


def test_two_spaces_at_the_end_of_a_line_which_nobody_sees_do_nothing() -> None:
    assert written("one  \ntwo") == (Paragraph(spans=(Span(text="one\ntwo"),)),)


def test_an_address_cannot_break_out_of_its_link() -> None:
    for markdown in (
        '[a](https://example.org/"onclick="x)',
        '[a](<https://example.org/" onclick="x>)',
        '<https://example.org/"onclick="x>',
    ):
        ((_, address),) = links(markdown)
        assert address.startswith("https://example.org/%22") and not set(address) & set(" <>\"'"), markdown


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ('[a](https://example.org "t\\" onclick=\\"x")', "a link without a title, which no paper prints"),
        ("[a](https://example.org 't\" onclick=\"x')", "a link without a title, which no paper prints"),
        ('[a](<#x" onclick="x>)', "a link to https:// or within the paper"),
        ("[a](#)", "a link to https:// or within the paper"),
        ("[a](https://)", "a link to https:// or within the paper"),
        (f"[a](https://example.org/{'a' * 2_000})", "a link to https:// or within the paper"),
        ("[a](two words)", "a link to https:// or within the paper"),
        ('[a]({{ value("HLT01") }})', "a link to https:// or within the paper"),
        ('[{{ value("HLT01") }} of them](#x)', "no binding in the words of a link"),
        ('```x" onclick="x\ncode\n```', "nothing behind the marks of code"),
        ("[Note]: delayed", "words that the paper prints"),
    ],
)
def test_what_a_paper_would_leave_out_or_print_as_it_was_typed_is_refused(markdown: str, words: str) -> None:
    (error,) = refusal(f"One.\n\n{markdown}\n", line=10)
    assert error.startswith("row 12: found ") and f"expected {words}" in error


BLOCKS = TypeAdapter(tuple[Block, ...])
PIECES = [
    "word", " ", "\n", "\n\n", "# ", "## ", "- ", "1. ", "> ", "    ", "`", "```", "*", "**", "_", "[", "]", "(", ")",
    "[a](", "![a](", "<", ">", "</", "<!--", "-->", '"', "'", "&", "&lt;", "&#60;", "\\", "\x00", "\u202e", "{", "}",
    "javascript:", "https://example.org", "http://", "data:", "#x", " onclick=x", "<script>", "</script>",
    "<img src=x>", "---", "===", "|", "~", "[a]: https://example.org", "[a]",
]  # fmt: skip


@STEADY
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_is_written_is_blocks_with_safe_links_or_refused(markdown: str) -> None:
    try:
        blocks = written(markdown)
    except Refused as refused:
        assert all(str(error).isprintable() for error in refused.errors)
        return
    assert BLOCKS.validate_json(BLOCKS.dump_json(blocks)) == blocks
    assert all(span.href.startswith(("#", "https://")) for span in spans(blocks) if span.href)


@STEADY
@given(
    st.lists(
        st.sampled_from(
            ["value", "appendix", "commitment", "(", ")", '"HLT01"', '"x"', "1", ",", "=", "*", "**", ".", "|", "[",
             "]", "-", "not ", "period", "true", " ", "\n", "}}", "{{", "{%", "%}", "if ", "~", "{", "}", ":"]
        ),
        max_size=10,
    ).map("".join)
)  # fmt: skip
def test_whatever_stands_between_braces_is_a_binding_or_refused(inside: str) -> None:
    try:
        blocks = written(f"{{{{ {inside} }}}}")
    except Refused as refused:
        assert all(str(error).isprintable() and ", row " in str(error) for error in refused.errors)
    else:
        assert [span.href for span in spans(blocks) if span.href]
        assert "0x" not in " ".join(plain(blocks))  # no address of an object in memory


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x9b"])
def test_no_control_character_reaches_the_paper(character: str) -> None:
    # No HTML may hold one, and a PDF of it is not to be had.
    assert refusal(f"One{character}two") == ["row 1: expected no control character; delete it and type the text again"]


HOSTILE = {
    "brackets": "[" * 50_000,
    "images": "![" * 25_000,
    "links": "[a](" * 15_000,
    "words of a link": f"[{'a.' * 25_000}](#x)",
    "emphasis": "*a **b " * 15_000,
    "stars": "*" * 25_000 + "a" + "*" * 25_000,
    "quotes": ">" * 25_000,
    "dashes": "- " * 25_000,
    "backticks": "".join("`" * (n % 300) + "a" for n in range(3_000)),
    "tags": "<a " * 25_000,
    "comments": "<!-- " * 25_000,
    "lists": "".join("  " * n + "- a\n" for n in range(700)),
    "references": "".join(f"[{n}]: https://example.org\n" for n in range(15_000)),
    "lines": "a\n" * 50_000,
    "blanks": "a" + " " * 50_000 + "b",
    "braces": "{ " * 50_000,
}


@pytest.fixture(scope="module")
def dealt_with(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Read each in a process that can be stopped; return the lines that it wrote: the name of each that is done."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, markdown in HOSTILE.items():
        (folder / f"{name}.md").write_text(markdown, encoding="utf-8")
    code = """
import sys
from pathlib import Path
from priority_two.reference.catalogue import load_catalogue
from priority_two.measures.evidence import Evidence
from priority_two.errors import Refused
from priority_two.files.data_folder import DataFolder
from priority_two.updates.narrative import blocks_of
from priority_two.periods import parse
evidence = Evidence(load_catalogue(DataFolder(Path(sys.argv[1]))), [], parse("2020-21-Q4"))
for file in sorted(Path(sys.argv[2]).glob('*.md')):
    try:
        blocks_of(file.read_text(encoding="utf-8"), "a.md", 1, evidence, set(), 3)
    except Refused:
        pass
    print(file.stem, flush=True)
"""
    command = [sys.executable, "-c", code, str(DATA), str(folder)]
    with (folder / "log").open("w+", encoding="utf-8") as log:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False, timeout=FOREVER)
        log.seek(0)
        return log.read().splitlines()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markdown_is_dealt_with_in_time(name: str, dealt_with: list[str]) -> None:
    assert name in dealt_with, dealt_with[-1:]
    assert set(dealt_with) <= HOSTILE.keys()


# Headings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_headings_take_the_level_that_the_paper_gives_them(level: int) -> None:
    blocks = written("# One\n\nText\n\n## Two\n\n# Three\n\n## Four\n", level)
    headings = [(block.level, plain([block])[0]) for block in blocks if isinstance(block, Heading)]
    assert headings == [(level, "One"), (level + 1, "Two"), (level, "Three"), (level + 1, "Four")]


def test_underlined_headings_are_headings_too() -> None:
    first, second = Span(text="One"), Span(text="Two")
    assert written("One\n===\n\nTwo\n---\n", 4) == (Heading(level=4, spans=(first,)), Heading(level=5, spans=(second,)))


def test_no_heading_is_deeper_than_html_has() -> None:
    blocks = written("# a\n\n## b\n\n### c\n\n#### d\n", 5)
    assert [block.level for block in blocks if isinstance(block, Heading)] == [5, 6, 6, 6]


@pytest.mark.parametrize(
    ("markdown", "heading"),
    [
        ("## Begins too deep\n", "## Begins too deep"),
        ("# One\n\n### Three\n", "### Three"),
        ("# One\n\n## Two\n\n#### Four\n", "#### Four"),
        ("> ## In a quotation\n", "## In a quotation"),
        ("Two\n---\n", "## Two"),
    ],
)
def test_a_level_that_is_skipped_is_refused(markdown: str, heading: str) -> None:
    (error,) = refusal(markdown)
    assert f"found {heading}; expected headings that begin at # and skip no level" in error


def test_to_go_back_up_is_to_skip_nothing() -> None:
    assert len(written("# a\n\n## b\n\n### c\n\n# d\n\n## e\n")) == 5
    assert len(refusal("# a\n\n### b\n\n# c\n\n### d\n")) == 2


def test_no_fault_of_a_narrative_hides_another() -> None:
    markdown = """# One

{{ value(“HLT01”) }} and {{ value("HLT01") } and {{ value("HLT98") }} and {{ value("HLT01)) }} and <br> too.

{{ value("HLT99") }}, [a link](http://example.org), [another]() and <team@example.org>

### Three

```
{{ value("HLT01") }}
```
"""
    lines = refusal(markdown)
    for row, words in (
        (3, "found {{ value(“HLT01”) }}; expected only value(...)"),
        (3, 'found {{ value("HLT01") }; expected a binding between two braces'),
        (3, "HLT98"),
        (3, 'found {{ value("HLT01)) }}; expected only value(...)'),
        (3, "found <br>"),
        (5, "HLT99"),
        (5, "found http://example.org"),
        (5, "found an empty one"),
        (5, "found mailto:team@example.org"),
        (7, "found ### Three"),
        (10, "no binding within code"),
    ):
        assert any(line.startswith(f"row {row}") and words in line for line in lines), (row, words, lines)
    assert len(lines) == 11


# Blocks ------------------------------------------------------------------------------------------------------


def test_words_keep_their_style_and_a_figure_its_citation() -> None:
    (block,) = written('So *few*, **many**, `code` and {{ value("HLT01") }}\nof [these](#x).')
    assert isinstance(block, Paragraph)
    assert [(span.text, span.style, span.href) for span in block.spans if not span.citation] == [
        ("So ", "", ""),
        ("few", "em", ""),
        (", ", "", ""),
        ("many", "strong", ""),
        (", ", "", ""),
        ("code", "code", ""),
        (" and ", "", ""),
        ("\nof ", "", ""),
        ("these", "", "#x"),
        (".", "", ""),
    ]
    (figure,) = [span.citation for span in block.spans if span.citation]
    asked = EVIDENCE.figure("HLT01")
    assert (figure.measure, figure.period, figure.value, figure.text) == ("HLT01", "2020-21-Q4", "38", "38")
    assert figure.anchor == asked.anchor


def test_what_is_stressed_stays_so_within_other_marks_and_so_does_a_figure() -> None:
    (block,) = written('***both***, *em **and** `code`* and **{{ value("HLT01") }} of [them](#x)**')
    assert [(span.text, span.style, span.href[:8]) for span in spans((block,))] == [
        ("both", "em strong", ""),
        (", ", "", ""),
        ("em ", "em", ""),
        ("and", "em strong", ""),
        (" ", "em", ""),
        ("code", "em code", ""),
        (" and ", "", ""),
        ("38", "figure strong", "#source-"),
        (" of ", "strong", ""),
        ("them", "strong", "#x"),
    ]


def test_a_list_begins_at_the_number_that_was_written() -> None:
    (numbered,) = written("3. three\n4. four\n   - within\n")
    (plain_list,) = written("* one\n* two\n")
    assert isinstance(numbered, Listing) and (numbered.ordered, numbered.start) == (True, 3)
    assert isinstance(plain_list, Listing) and not plain_list.ordered
    assert plain([numbered, plain_list]) == ["three", "four", "within", "one", "two"]
    assert isinstance(numbered.items[1][1], Listing)


def test_a_number_that_the_paper_would_not_print_is_refused_by_its_line() -> None:
    assert written("1. one\n1. two\n1. three\n") and written("7) seven\n8) eight\n")
    (error,) = refusal("1. one\n2. two\n38. people\n   came\n", line=10)
    assert error == "row 12: found 38; expected the items of a list counted one by one; write 3."


def test_of_two_definitions_the_one_that_leads_nowhere_is_named() -> None:
    (error,) = refusal("[a]\n\n[a]: https://example.org/1\n[A]: https://example.org/2\n", line=10)
    assert error.startswith("row 13: found [A]: https://example.org/2; expected words that the paper prints")


WITH_BREAKS = [
    "a ",
    "`a\nb` ",
    "[c\nd](#x\n) ",
    "{{ value(\n'HLT01') }} ",
    "*e\nf* ",
    "\\* ",
    "g  \n",
    "\n\n",
    "\n\n- h ",
    "\n> i ",
]


@STEADY
@given(st.lists(st.sampled_from(WITH_BREAKS), max_size=12).map("".join))
def test_each_word_has_its_own_line_whatever_stands_before_it(text: str) -> None:
    (error,) = refusal(f"{text}\\* <br>", line=10)
    assert error.startswith(f"row {10 + text.count(chr(10))}: found <br>")


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_what_is_nested_too_deeply_is_refused_by_its_line(mark: str) -> None:
    assert written(f"One.\n\n{mark * 8}two\n")
    (error,) = refusal(f"One.\n\n{mark * 9}two\n", line=10)
    assert error.startswith("row 12: expected lists and quotations that are nested less deeply")
