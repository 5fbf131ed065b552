"""Read a tagged PDF back as a plain nested value: what a screen reader is given, in the order it is given.

Independent of the code that writes PDFs: pikepdf gives objects, the text of each piece
of marked content is decoded here through its font's own ToUnicode map.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pikepdf

PieceTexts = dict[tuple[int, int], str]
CMap = dict[bytes, str]
_SECTIONS: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf(?:char|range)", re.DOTALL)
_TOKENS: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


@dataclass(frozen=True, slots=True)
class Element:
    """One structure element.

    `text` joins the pieces of marked content that hang directly on it, in order; `all_text` adds its descendants'.
    `page` counts from 1 and is the page of its first content, 0 when it has none. `targets` holds the addresses of
    the link annotations that it owns; a link inside the file is its page's number, such as "page 3".
    """

    kind: str
    text: str
    alt: str
    actual: str
    language: str
    attributes: Mapping[str, str]
    page: int
    targets: tuple[str, ...]
    children: tuple[Element, ...]
    all_text: str

    @property
    def scope(self) -> str:
        """Return a header cell's scope, "Row" or "Column"; empty when it has none."""
        return self.attributes.get("Scope", "")

    def walk(self) -> Iterator[Element]:
        """Give this element and all below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, *kinds: str) -> list[Element]:
        """Return every element of one of `kinds` here and below, in reading order."""
        return [element for element in self.walk() if element.kind in kinds]


def read_structure(pdf: bytes) -> Element:
    """Return the root of the structure tree of `pdf`.

    Raises:
        ValueError: the file has no structure tree, or the tree names content that no page holds.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        if "/StructTreeRoot" not in opened.Root:
            raise ValueError("the file is not tagged: it has no /StructTreeRoot")
        numbers: dict[Any, int] = {page.obj.objgen: number for number, page in enumerate(opened.pages, 1)}
        return _Reader(numbers, _marked_text(opened)).element(opened.Root.StructTreeRoot, "StructTreeRoot", 0)


def untagged_text(pdf: bytes) -> list[str]:
    """Return, for each page, the text that stands in artifacts: identity strip, page number, and other furniture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            " ".join(text for tag, _, text in _pieces(page) if tag == "/Artifact" and text) for page in opened.pages
        ]


@dataclass(frozen=True, slots=True)
class _Reader:
    pages: Mapping[tuple[int, int], int]
    texts: PieceTexts

    def element(self, node: Any, kind: str, page: int) -> Element:
        page = self._page(node, page)
        own: list[str] = []
        everything: list[str] = []
        children: list[Element] = []
        targets: list[str] = []
        first = 0
        for kid in _listed(node.get("/K")):
            if _is_element(kid):
                child = self.element(kid, str(kid.S).removeprefix("/"), page)
                children.append(child)
                everything.append(child.all_text)
                first = first or child.page
            elif _is_annotation(kid):
                targets.append(self._target(kid.Obj))
            else:
                where, text = self._content(kid, page)
                own.append(text)
                everything.append(text)
                first = first or where
        return Element(
            kind=kind,
            text="".join(own),
            alt=str(node.get("/Alt", "")),
            actual=str(node.get("/ActualText", "")),
            language=str(node.get("/Lang", "")),
            attributes=_attributes(node),
            page=first,
            targets=tuple(targets),
            children=tuple(children),
            all_text="".join(everything),
        )

    def _page(self, node: Any, inherited: int) -> int:
        return self.pages[node.Pg.objgen] if "/Pg" in node else inherited

    def _content(self, kid: Any, page: int) -> tuple[int, str]:
        where, mcid = (page, int(kid)) if isinstance(kid, int) else (self._page(kid, page), int(kid.MCID))
        if (where, mcid) not in self.texts:
            raise ValueError(f"the structure tree names content {mcid} of page {where}, and no such content is there")
        return where, self.texts[where, mcid]

    def _target(self, annotation: Any) -> str:
        action = annotation.get("/A")
        if action is not None and "/URI" in action:
            return str(action.URI)
        destination = annotation.get("/Dest", action.get("/D") if action is not None else None)
        return f"page {self.pages[destination[0].objgen]}" if destination is not None else ""


def _listed(kids: Any) -> list[Any]:
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _is_element(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def _is_annotation(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"


def _attributes(node: Any) -> dict[str, str]:
    owners = [owner for owner in _listed(node.get("/A")) if isinstance(owner, pikepdf.Dictionary)]
    return {key.removeprefix("/"): str(value).removeprefix("/") for owner in owners for key, value in owner.items()}


def _marked_text(opened: pikepdf.Pdf) -> PieceTexts:
    texts: PieceTexts = {}
    for number, page in enumerate(opened.pages, 1):
        for _, mcid, text in _pieces(page):
            if mcid is not None:
                texts[number, mcid] = texts.get((number, mcid), "") + text
    return texts


def _pieces(page: pikepdf.Page) -> Iterator[tuple[str, int | None, str]]:
    """Give each outermost piece of marked content: its tag, its number, its text."""
    fonts = _fonts(page)
    font: CMap = {}
    depth, tag, mcid = 0, "", None
    words: list[str] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                depth += 1
                if depth == 1:
                    tag, mcid, words = str(operands[0]), _mcid(page, operands), []
            case "EMC":
                depth -= 1
                if depth == 0:
                    yield tag, mcid, "".join(words)
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ":
                words.extend(_decode(font, string) for string in _strings(operands[0]))


def _mcid(page: pikepdf.Page, operands: Any) -> int | None:
    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, pikepdf.Name):
        properties = page.Resources.Properties[str(properties)]
    return int(properties["/MCID"]) if properties is not None and "/MCID" in properties else None


def _strings(operand: Any) -> Iterator[bytes]:
    parts = operand if isinstance(operand, pikepdf.Array) else [operand]
    return (bytes(part) for part in parts if isinstance(part, pikepdf.String))


def _fonts(page: pikepdf.Page) -> dict[str, CMap]:
    resources: Any = page.obj.get("/Resources")
    fonts = resources.get("/Font") if resources is not None else None
    return {name: _to_unicode(font) for name, font in (fonts.items() if fonts is not None else ())}


def _to_unicode(font: Any) -> CMap:
    if "/ToUnicode" not in font:
        return {}
    found: CMap = {}
    for kind, body in _SECTIONS.findall(font.ToUnicode.read_bytes()):
        _read_section(found, kind, [match.groups() for match in _TOKENS.finditer(body)])
    return found


def _read_section(found: CMap, kind: bytes, tokens: list[tuple[bytes | Any, ...]]) -> None:
    position = 0
    while position < len(tokens):
        low = bytes.fromhex(tokens[position][0].decode())
        if kind == b"bfchar":
            found[low] = _text(tokens[position + 1][0])
            position += 2
        elif tokens[position + 2][1]:
            position += 3
            while not tokens[position][2]:
                found[low] = _text(tokens[position][0])
                low = _after(low, 1)
                position += 1
            position += 1
        else:
            high, first = bytes.fromhex(tokens[position + 1][0].decode()), _text(tokens[position + 2][0])
            for step in range(int.from_bytes(high) - int.from_bytes(low) + 1):
                found[_after(low, step)] = first[:-1] + chr(ord(first[-1]) + step)
            position += 3


def _after(code: bytes, step: int) -> bytes:
    return (int.from_bytes(code) + step).to_bytes(len(code))


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _decode(font: CMap, string: bytes) -> str:
    width = len(next(iter(font), b"\0"))
    codes = (string[start : start + width] for start in range(0, len(string), width))
    return "".join(font.get(code, "\ufffd") for code in codes)
