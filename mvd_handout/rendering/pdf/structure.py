"""The structure tree in the file: elements, what they own on which page, and the way back from a page to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.tags import Element
from mvd_handout.rendering.pdf.writer import Writer


class Owned(Struct, frozen=True):
    """A stretch of marked content: on which page (from 0) and with which number there."""

    page: int
    mcid: int


class Content(Struct):
    """What pieces of content became on the pages."""

    owned: dict[int, list[Owned]] = field(default_factory=dict)
    boxes: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)
    annotations: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """For a piece: the page and the object number of each annotation."""


class StructureTree:
    """Writes the elements of a document."""

    def __init__(self, writer: Writer, pages: tuple[int, ...], content: Content) -> None:
        """Take the object numbers of the pages, and what stands on them."""
        self._writer, self._pages, self._content = writer, pages, content
        self._parents: dict[tuple[int, int], int] = {}
        self._link_parents: dict[int, int] = {}

    def add(self, elements: tuple[Element, ...], link_keys: Mapping[int, int]) -> int:
        """Write the tree; return its root's number. `link_keys` holds each annotation's StructParent."""
        root, document = self._writer.reserve(), self._writer.reserve()
        kids = [self._element(element, document) for element in elements]
        top = {"Type": b"/StructElem", "S": b"/Document", "P": syntax.reference(root), "K": _refs(kids)}
        self._writer.add(syntax.dictionary(top), document)
        entries = {
            "Type": b"/StructTreeRoot",
            "K": _refs([document]),
            "ParentTree": syntax.reference(self._parent_tree(link_keys)),
            "ParentTreeNextKey": b"%d" % (len(self._pages) + len(link_keys)),
        }
        self._writer.add(syntax.dictionary(entries), root)
        return root

    def _element(self, element: Element, parent: int) -> int:
        number = self._writer.reserve()
        kids: list[bytes] = []
        home = self._home(element)
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(syntax.reference(self._element(kid, number)))
            else:
                kids += self._owned(kid, number, home)
        entries = {"Type": b"/StructElem", "S": syntax.name(element.tag), "P": syntax.reference(parent)}
        if home is not None:
            entries["Pg"] = syntax.reference(self._pages[home])
        entries["K"] = syntax.array(kids)
        self._writer.add(syntax.dictionary({**entries, **self._attributes(element)}), number)
        return number

    def _home(self, element: Element) -> int | None:
        """Return the page where an element's own content begins."""
        owned = (part for kid in element.kids if isinstance(kid, int) for part in self._content.owned.get(kid, ()))
        return next((part.page for part in owned), None)

    def _owned(self, piece: int, element: int, home: int | None) -> Iterator[bytes]:
        for part in self._content.owned.get(piece, ()):
            self._parents[part.page, part.mcid] = element
            page = syntax.reference(self._pages[part.page])
            yield b"%d" % part.mcid if part.page == home else b"<</Type/MCR/Pg %s/MCID %d>>" % (page, part.mcid)
        for page_index, annotation in self._content.annotations.get(piece, ()):
            self._link_parents[annotation] = element
            page = syntax.reference(self._pages[page_index])
            yield b"<</Type/OBJR/Pg %s/Obj %s>>" % (page, syntax.reference(annotation))

    def _attributes(self, element: Element) -> dict[str, bytes]:
        entries: dict[str, bytes] = {}
        if element.alt:
            entries["Alt"] = syntax.text(element.alt)
        if element.actual:
            entries["ActualText"] = syntax.text(element.actual)
        if element.scope:
            entries["A"] = b"<</O/Table/Scope/%s>>" % element.scope.encode("ascii")
        if element.numbering:
            entries["A"] = b"<</O/List/ListNumbering/%s>>" % element.numbering.encode("ascii")
        boxes = [box for kid in element.kids if isinstance(kid, int) and (box := self._content.boxes.get(kid))]
        if element.tag == "Figure" and boxes:
            entries["A"] = b"<</O/Layout/Placement/Block/BBox %s>>" % syntax.rectangle(boxes[0])
        return entries

    def _parent_tree(self, link_keys: Mapping[int, int]) -> int:
        nums: list[bytes] = []
        for page in range(len(self._pages)):
            mcids = sorted(mcid for at, mcid in self._parents if at == page)
            nums.append(b"%d %s" % (page, _refs([self._parents[page, mcid] for mcid in mcids])))
        for annotation, key in sorted(link_keys.items(), key=lambda pair: pair[1]):
            nums.append(b"%d %s" % (key, syntax.reference(self._link_parents[annotation])))
        return self._writer.add(b"<</Nums %s>>" % syntax.array(nums))


def _refs(numbers: list[int]) -> bytes:
    return syntax.array(syntax.reference(number) for number in numbers)
