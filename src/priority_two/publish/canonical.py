"""HTML in one way of writing it: what says the same is the same bytes.

Attributes stand in the order of their names, elements without content are closed, characters stand for themselves but
for ``&``, ``<`` and ``>``, and of white space alone a line end or a blank is left. That is how nbconvert's own exporter
leaves a page, which reads all of it into a tree and writes it out again; a page that is well formed needs no tree.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape, unescape

_TOKEN = re.compile(
    r"""<!--.*?-->
    | <!(?P<declared>[a-zA-Z][^>]*)>
    | <(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_BLANKS = " \n\t\f\r"
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_RAW = frozenset({"script", "style"})
_AS_TYPED = frozenset({"pre", "textarea"})


def canonical(html: str) -> str:
    """Return a page, whose elements are all closed, in the one way of writing it."""
    text_of, attributes_of = cache(_text), cache(_attributes)  # a page says the same over and over
    parts: list[str] = []
    position, as_typed, raw = 0, 0, ""
    for token in _TOKEN.finditer(html):
        name = (token["name"] or "").lower()
        if raw and not (token["close"] and name == raw):
            continue
        text = html[position : token.start()]
        parts.append(text if raw else text_of(text, as_typed > 0))
        position, raw = token.end(), ""
        if token["declared"]:
            parts.append(f"<!{token['declared']}>\n")
        elif not name:
            parts.append(token[0])
        elif token["close"]:
            as_typed -= name in _AS_TYPED
            parts.append("" if name in _VOID else f"</{name}>")
        else:
            as_typed += name in _AS_TYPED
            raw = name if name in _RAW else ""
            parts.append(f"<{name}{attributes_of(token['attributes'])}{'/' if name in _VOID else ''}>")
    return "".join(parts) + _text(html[position:], as_typed > 0)


def _text(text: str, as_typed: bool) -> str:
    if not text:
        return ""
    if not as_typed and not text.strip(_BLANKS):
        return "\n" if "\n" in text else " "
    return escape(unescape(text), quote=False)


def _attributes(written: str) -> str:
    if "=" not in written and not written.strip(" /\n"):
        return ""
    values = {
        match[1].lower(): unescape(next((value for value in match.groups()[1:] if value is not None), ""))
        for match in _ATTRIBUTE.finditer(written)
    }
    if "class" in values:
        values["class"] = " ".join(values["class"].split())
    return "".join(f" {name}={_quoted(values[name])}" for name in sorted(values))


def _quoted(value: str) -> str:
    value = escape(value, quote=False)
    if '"' not in value:
        return f'"{value}"'
    return '"' + value.replace('"', "&quot;") + '"' if "'" in value else f"'{value}'"
