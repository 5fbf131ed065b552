"""The structure tree in the file: elements, what they own on which page, and the way back from a page to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from mvd_handout.rendering.pdf import syntax
from mvd_handout.rendering.pdf.tags import FIGURE, Element, count_figures
from mvd_handout.rendering.pdf.writer import Objects

Key = tuple[int, int]
"""A piece of content: the number of its fragment, and its own there."""


class Owned(Struct, frozen=True, gc=False):
    """A stretch of marked content: on which page (from 0) and with which number there."""

    page: int
    mcid: int


class Content(Struct):
    """What pieces of content became on the pages."""

    owned: dict[Key, list[Owned]] = field(default_factory=dict)
    annotations: dict[Key, list[tuple[int, int]]] = field(default_factory=dict)
    """For a piece: the page and the object number of each annotation."""


class FigureSlot(Struct, frozen=True):
    """The element of a figure, but for what the document says of its picture: `fragment` has it as its `order`th."""

    number: int
    fragment: int
    order: int
    head: bytes

    def element(self, alt: str, box: tuple[float, float, float, float]) -> bytes:
        """Return the element. `alt` stands in for the picture, which covers `box` of the page."""
        layout = b"<</O/Layout/Placement/Block/BBox %s>>" % syntax.rectangle(box)
        return b"%s/Alt %s/A %s>>" % (self.head, syntax.text(alt), layout)


class StructureTree:
    """Writes the elements of a document."""

    def __init__(self, objects: Objects, pages: Sequence[int], content: Content, figures: Iterator[int]) -> None:
        """Take the object numbers of the pages, what stands on them, and numbers for the figures' elements."""
        self._objects, self._content, self._figures = objects, content, figures
        self._page_references = [syntax.reference(page) for page in pages]
        self._parents: list[dict[int, int]] = [{} for _ in pages]
        self._link_parents: dict[int, int] = {}
        self.slots: list[FigureSlot] = []

    def add(self, fragments: Sequence[tuple[Element, ...]], sections: Sequence[range], first_key: int) -> int:
        """Write the tree; return its root's number.

        `sections` are ranges of fragments; those before the first stand by themselves. `first_key` is the
        StructParent of the first annotation; the others follow in the order of their numbers.
        """
        root, document = self._objects.reserve(), self._objects.reserve()
        alone = range(sections[0].start if sections else len(fragments))
        kids = [kid for at in alone for kid in self._fragment(at, fragments[at], document)]
        kids += [self._section(section, fragments, document) for section in sections]
        top = b"<</Type/StructElem/S/Document/P %d 0 R/K %s>>" % (root, syntax.references(kids))
        self._objects.add(top, document)
        tree = self._objects.add(self._parent_tree(first_key))
        next_key = first_key + len(self._link_parents)
        self._objects.add(
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>" % (document, tree, next_key),
            root,
        )
        return root

    def _section(self, section: range, fragments: Sequence[tuple[Element, ...]], parent: int) -> int:
        number = self._objects.reserve()
        kids = [kid for at in section for kid in self._fragment(at, fragments[at], number)]
        content = b"<</Type/StructElem/S/Sect/P %d 0 R/K %s>>" % (parent, syntax.references(kids))
        return self._objects.add(content, number)

    def _fragment(self, at: int, elements: tuple[Element, ...], parent: int) -> list[int]:
        order = iter(range(count_figures(elements)))
        return [self._element(element, at, parent, order) for element in elements]

    def _element(self, element: Element, at: int, parent: int, order: Iterator[int]) -> int:
        number = next(self._figures) if element.tag == FIGURE else self._objects.reserve()
        kids: list[bytes] = []
        home = self._home(element, at)
        for kid in element.kids:
            if isinstance(kid, int):
                kids += self._owned((at, kid), number, home)
            else:
                kids.append(b"%d 0 R" % self._element(kid, at, number, order))
        page = b"" if home is None else b"/Pg " + self._page_references[home]
        tag = element.tag.encode("ascii")
        head = b"<</Type/StructElem/S/%s/P %d 0 R%s/K[%s]" % (tag, parent, page, b" ".join(kids))
        if element.tag == FIGURE:
            self.slots.append(FigureSlot(number, at, next(order), head))
        else:
            self._objects.add(b"%s%s>>" % (head, _attributes(element)), number)
        return number

    def _home(self, element: Element, at: int) -> int | None:
        """Return the page where an element's own content begins."""
        for kid in element.kids:
            if isinstance(kid, int) and (owned := self._content.owned.get((at, kid))):
                return owned[0].page
        return None

    def _owned(self, piece: Key, element: int, home: int | None) -> Iterator[bytes]:
        for part in self._content.owned.get(piece, ()):
            self._parents[part.page][part.mcid] = element
            if part.page == home:
                yield b"%d" % part.mcid
            else:
                yield b"<</Type/MCR/Pg %s/MCID %d>>" % (self._page_references[part.page], part.mcid)
        for page, annotation in self._content.annotations.get(piece, ()):
            self._link_parents[annotation] = element
            yield b"<</Type/OBJR/Pg %s/Obj %d 0 R>>" % (self._page_references[page], annotation)

    def _parent_tree(self, first_key: int) -> bytes:
        nums = [
            b"%d %s" % (page, syntax.references([parents[mcid] for mcid in sorted(parents)]))
            for page, parents in enumerate(self._parents)
        ]
        for key, annotation in enumerate(sorted(self._link_parents), start=first_key):
            nums.append(b"%d %d 0 R" % (key, self._link_parents[annotation]))
        return b"<</Nums[%s]>>" % b" ".join(nums)


def _attributes(element: Element) -> bytes:
    if element.actual:
        return b"/ActualText " + syntax.text(element.actual)
    if element.scope:
        return b"/A<</O/Table/Scope/%s>>" % element.scope.encode("ascii")
    if element.numbering:
        return b"/A<</O/List/ListNumbering/%s>>" % element.numbering.encode("ascii")
    return b""
