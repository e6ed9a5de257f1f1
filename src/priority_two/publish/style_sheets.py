"""The style sheets of the papers: as they stand, for screens, and as they are laid out on pages."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

_ROOT = re.compile(r":root \{([^}]*)\}")
_VALUE = re.compile(r"(--\w+): ((?:[^;\"]|\"[^\"]*\")*);")
_NAMED = re.compile(r"var\((--\w+)\)")
_PRODUCT = re.compile(r"calc\(([\d.]+) \* ([\d.]+)(rem|pt)\)")
_HERE = Path(__file__).resolve().parent


@cache
def style_sheet(name: str) -> str:
    """Return a style sheet of the papers."""
    return (_HERE / "paper" / name).read_text(encoding="utf-8")


def on_pages(style: str) -> str:
    """Return a style sheet without what is for screens alone, and with the values of ``:root`` in place of their names.

    WeasyPrint would look a name up, and read its value, for each element of a paper.
    """
    always, _, others = style.partition("/* screen */")
    printed = others.partition("/* print */")[2].partition("/* print from a browser */")[0]
    style = always + printed
    values = dict(_VALUE.findall(" ".join(_ROOT.findall(style))))
    while (put := _NAMED.sub(lambda name: values.get(name[1], name[0]), style)) != style:
        style = put
    return _PRODUCT.sub(lambda product: f"{Decimal(product[1]) * Decimal(product[2])}{product[3]}", style)
