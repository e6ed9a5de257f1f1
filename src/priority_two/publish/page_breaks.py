"""The tag tree of a PDF across its page breaks: what pages part is one element all the same.

WeasyPrint tags a page at a time: a table on three pages becomes three tables, each with a heading row of its own, a
list two lists, a paragraph two paragraphs. Here the pieces of an element of the HTML are put together again. A heading
row that a further page repeats, and what stands in the margins of a page, is no content but an artifact (ISO 32000-1,
14.8.2.2), so that nobody hears it.

Which pieces belong together is told by the boxes of the layout, which know their element of the HTML. They are walked
as WeasyPrint walks them when it makes the tags, so that each box meets its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydyf import PDF, Array, Dictionary, String

_REPEATED = ("/THead", "/TFoot")
_NULL = b"null"
_OUT_OF_STEP = "the tags of a PDF do not follow its boxes"


def join_pages(document: Any, pdf: PDF) -> None:
    """Put together, in place, what page breaks have parted in the tag tree of a PDF.

    Raises
    ------
    RuntimeError
        The tags do not follow the boxes: this WeasyPrint makes them in another way than is known here.
    """
    pieces = _Pieces(pdf)
    for number, page in enumerate(document.pages):
        pieces.walk(page._page_box, number)
    pieces.join()


def parent_tree(pdf: PDF) -> Array:
    """Return the tree that leads from content and from annotations to their elements: a number, an entry, and so on."""
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    return pdf.objects[_number(root["ParentTree"])]["Nums"]


@dataclass(frozen=True)
class _Piece:
    """A piece of an element: of what it is a piece, on which page, and whether it is the last in what it stands in."""

    whole: Dictionary
    page: int
    last: bool


class _Pieces:
    """What was met of the elements of a tag tree, page by page."""

    def __init__(self, pdf: PDF) -> None:
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout.absolute import AbsolutePlaceholder

        self._boxes, self._placeholder = boxes, AbsolutePlaceholder
        self._pdf = pdf
        self._elements = [item for item in pdf.objects if isinstance(item, Dictionary) and "S" in item]
        self._following = iter(self._elements)
        self._document = next(self._following)
        self._latest: dict[tuple[int, int, str | None, str], _Piece] = {}
        self._wholes: dict[bytes, Dictionary] = {}
        """By the reference of a piece: of what it is a further piece."""
        self._ids: dict[str, String] = {}
        """By the id of a heading cell that is a further piece: that of the whole."""
        self._artifacts: dict[int, set[int]] = {}
        """By page: the numbers of the content that is none."""
        self._unread: set[int] = set()
        """By number: the elements that are left out with it."""

    def walk(self, box: Any, page: int) -> None:
        """Walk the boxes of a page."""
        self._box(box, self._document, None, page, read=True)

    def _box(self, box: Any, parent: Dictionary, owner: Any, page: int, *, read: bool) -> None:
        """Meet a box in the element `parent`; `owner` is the element of the HTML in whose box it stands."""
        if isinstance(box, self._placeholder):
            box = box._box
        margin = isinstance(box, self._boxes.MarginBox)
        if margin or isinstance(box, self._boxes.PageBox) or box.element_tag in ("html", "body"):
            for child in box.children:
                self._box(child, parent, owner, page, read=read and not margin)
            return
        alone = box.element is not None and box.element is not owner
        element = self._next(parent)
        read = self._meet(element, parent, box, page, alone=alone, read=read)
        if element["S"] == "/LI" and parent["S"] not in ("/LI", "/LBody") and not _is_marked(box):
            parent, element = element, self._next(element)
            read = self._meet(element, parent, box, page, alone=False, read=read)
        for child in self._children(box, element):
            if not isinstance(child, self._boxes.TextBox):
                nested = child.element_tag in ("ul", "ol") and element["S"] == "/LI"
                self._box(child, parent if nested else element, box.element, page, read=read)
            elif element["S"] != "/Link":
                self._leave_out_unread(self._next(element), page, read=read)

    def _children(self, box: Any, element: Dictionary) -> Iterator[Any]:
        table = box.get_wrapped_table() if element["S"] == "/Table" and box.is_table_wrapper else None
        for child in box.children:
            if isinstance(child, self._boxes.LineBox) or (table is not None and child is table):
                yield from child.children
            else:
                yield child

    def _next(self, parent: Dictionary) -> Dictionary:
        element = next(self._following, None)
        if element is None or element["P"] != parent.reference:
            raise RuntimeError(_OUT_OF_STEP)
        return element

    def _meet(self, element: Dictionary, parent: Dictionary, box: Any, page: int, *, alone: bool, read: bool) -> bool:
        """Put an element to what it is a further piece of; return whether what stands in it is read.

        A box of its own in the HTML (`alone`) is met once, so every other is a piece of it. Of boxes without one there
        can be several in a row, and only the last of a page goes on as the first of the next.
        """
        around = self._wholes.get(parent.reference, parent)
        if element["S"] == around["S"] == "/Link":  # words that the style sheet puts to a link
            place = around["K"].index(element.reference)
            around["K"][place : place + 1] = _content(element, around)
            self._wholes[element.reference] = around
            self._leave_out_unread(element, page, read=read)
            return read
        key = (around.number, id(box.element), box.element_tag, element["S"])
        before = self._latest.get(key)
        first, last = parent["K"][:1] == [element.reference], parent["K"][-1:] == [element.reference]
        if before and (alone or not read or (before.page < page and before.last and first)):
            whole = self._wholes[element.reference] = before.whole
            if "ID" in element:
                self._ids[element["ID"].string] = whole["ID"]
            read = read and element["S"] not in _REPEATED
            if read:
                whole["K"] += _content(element, whole)
        else:
            whole = element
            if not alone and element["S"] == around["S"] == "/Caption":  # a block that nobody wrote, around its words
                element["S"] = "/NonStruct"
        self._latest[key] = _Piece(whole, page, last)
        self._leave_out_unread(element, page, read=read)
        return read

    def _leave_out_unread(self, element: Dictionary, page: int, *, read: bool) -> None:
        if not read:
            self._unread.add(element.number)
            numbers = {kid for kid in element["K"] if isinstance(kid, int)}
            self._artifacts.setdefault(page, set()).update(numbers)

    def join(self) -> None:
        """Write down what was met: wholes in place of their pieces, artifacts in place of what is not read."""
        if next(self._following, None) is not None:
            raise RuntimeError(_OUT_OF_STEP)
        for element in self._elements:
            element["K"] = Array(kid for kid in element["K"] if self._whole(kid) is kid)
            element["P"] = self._whole(element["P"])
            if headers := element.get("A", {}).get("Headers"):
                named = [self._ids.get(header.string, header) for header in headers]
                element["A"]["Headers"] = Array({header.string: header for header in named}.values())
        objects = self._pdf.objects
        self._write_parents(parent_tree(self._pdf))
        for page, numbers in self._artifacts.items():
            stream = objects[_number(objects[_number(self._pdf.page_references[page])]["Contents"])].stream
            for place, part in enumerate(stream):
                if isinstance(part, Dictionary) and part.get("MCID") in numbers:
                    stream[place - 1 : place + 1] = ["/Artifact", Dictionary({"Type": "/Pagination"})]
        for element in self._elements:
            if element.reference in self._wholes or element.number in self._unread:
                element.clear()

    def _write_parents(self, tree: Array) -> None:
        """Let the tree that leads from content to its element lead to wholes, and from an artifact nowhere."""
        for place in range(0, len(tree), 2):
            number, parents = tree[place : place + 2]
            if isinstance(parents, Array):
                unread = self._artifacts.get(number, set())
                whole = (_NULL if at in unread else self._whole(parent) for at, parent in enumerate(parents))
                tree[place + 1] = Array(whole)
            else:
                tree[place + 1] = self._whole(parents)

    def _whole(self, kid: Any) -> Any:
        """Return what a reference to a piece stands for; what is none stands for itself."""
        whole = self._wholes.get(kid) if isinstance(kid, bytes) else None
        return whole.reference if whole is not None else kid


def _is_marked(box: Any) -> bool:
    """Whether an item of a list has a bullet or number, as WeasyPrint asks."""
    return (
        box.element_tag not in ("dt", "dd")
        and "list-item" in box.style["display"]
        and box.style["list_style_type"] != "none"
    )


def _content(element: Dictionary, whole: Dictionary) -> list[Any]:
    """Return what stands in a piece, so that it can stand in the whole: a number alone is content of its own page."""
    if element["Pg"] == whole["Pg"]:
        return list(element["K"])
    return [
        Dictionary({"Type": "/MCR", "Pg": element["Pg"], "MCID": kid}) if isinstance(kid, int) else kid
        for kid in element["K"]
    ]


def _number(reference: bytes) -> int:
    return int(reference.split()[0])
