"""The tag tree of a PDF, mended where the HTML says more than WeasyPrint writes down.

- An element that page breaks have parted is one again (:mod:`priority_two.publish.page_breaks`).
- A header cell says whether it heads its column or its row (``Scope``), as screen readers ask for beside the
  ``Headers`` that WeasyPrint writes.
- A group inside a list is opened up, since a PDF list, unlike an HTML one, holds nothing but its items; what stands
  between two of them belongs to the first.
- The text of an item that has several paragraphs is held together as its body (ISO 32000-1, 14.8.4.3.3).
- A link has its places on the page itself, and not the words that stand in it.
- Links are marked to print as they show.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydyf import PDF, Array, Dictionary

from priority_two.publish.page_breaks import join_pages, parent_tree

_PRINT = 4  # the flag of an annotation by which it shows on paper too (ISO 32000-1, table 165)


def mend_tags(document: object, pdf: PDF) -> None:
    """Mend the tag tree in place. A *finisher* of WeasyPrint: called after the tree is built, before it is written."""
    join_pages(document, pdf)
    elements = {item.number: item for item in pdf.objects if isinstance(item, Dictionary) and "S" in item}
    for element in elements.values():
        if element["S"] == "/THead":
            _set_scope(element, "/Column", elements)
        elif element["S"] == "/TBody":
            _set_scope(element, "/Row", elements)
        elif element["S"] == "/L":
            _open_groups(element, elements)
        elif element["S"] == "/LI":
            _give_body(element, elements, pdf)
        elif element["S"] == "/Link":
            _gather_places(element, element, pdf)
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("Subtype") == "/Link":
            item["F"] = _PRINT


def _set_scope(group: Dictionary, scope: str, elements: dict[int, Dictionary]) -> None:
    for row in _children(group, elements):
        for cell in _children(row, elements):
            if cell["S"] == "/TH":
                cell["A"]["Scope"] = scope


def _open_groups(items: Dictionary, elements: dict[int, Dictionary]) -> None:
    kids = [inner for child in _children(items, elements) for inner in _opened(child, elements)]
    items["K"] = Array()
    body = items
    for child in kids:
        around = items if child["S"] in ("/LI", "/L", "/Caption") else body
        child["P"] = around.reference
        around["K"].append(child.reference)
        if child["S"] == "/LI":
            body = next((inner for inner in _children(child, elements) if inner["S"] == "/LBody"), child)


def _opened(child: Dictionary, elements: dict[int, Dictionary]) -> Iterator[Dictionary]:
    yield from _children(child, elements) if child["S"] == "/Div" else [child]


def _give_body(item: Dictionary, elements: dict[int, Dictionary], pdf: PDF) -> None:
    labels = [reference for reference in item["K"] if _role(reference, elements) == "/Lbl"]
    rest = [reference for reference in item["K"] if _role(reference, elements) != "/Lbl"]
    if any(_role(reference, elements) in ("/LBody", "/L") for reference in rest) or not rest:
        return
    body = Dictionary({"Type": "/StructElem", "S": "/LBody", "K": Array(rest), "Pg": item["Pg"], "P": item.reference})
    pdf.add_object(body)
    for reference in rest:
        if child := elements.get(_number(reference)):
            child["P"] = body.reference
    item["K"] = Array([*labels, body.reference])


def _gather_places(link: Dictionary, element: Dictionary, pdf: PDF) -> None:
    """Move to a link the places on the page that stand in an element within it."""
    for reference in list(element["K"]):
        inner = pdf.objects[_number(reference)] if _number(reference) >= 0 else None
        if not isinstance(inner, Dictionary):
            continue
        if "S" in inner:
            _gather_places(link, inner, pdf)
        elif element is not link:
            element["K"].remove(reference)
            link["K"].append(reference)
            parents = parent_tree(pdf)
            key = pdf.objects[_number(inner["Obj"])]["StructParent"]
            parents[parents[::2].index(key) * 2 + 1] = link.reference


def _role(reference: object, elements: dict[int, Dictionary]) -> str:
    child = elements.get(_number(reference))
    return str(child["S"]) if child is not None else ""


def _children(element: Dictionary, elements: dict[int, Dictionary]) -> Iterator[Dictionary]:
    for reference in element["K"]:
        child = elements.get(_number(reference))
        if child is not None:
            yield child


def _number(reference: object) -> int:
    """Return the object number of an indirect reference (``12 0 R``), or -1 for content."""
    words = reference.split() if isinstance(reference, (bytes, str)) else []
    return int(words[0]) if len(words) == 3 else -1
