"""What an XLSX sheet shows only in its XML: hidden rows, filters, merged cells, formulas, errors, number formats."""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mvd_handout.delivery.roster.evidence import MAX_TEXT, Bounds, Evidence, too_much_text
from mvd_handout.delivery.roster.package import Package, damaged
from mvd_handout.domain.errors import Fault, InputError

WORKBOOK: Final = "xl/workbook.xml"
_TRUE: Final = frozenset({"1", "true", "on"})
_CELL: Final = re.compile(r"([A-Z]{1,4})([0-9]{1,9})")
_ZEROS: Final = re.compile(r"[^.;]*0[-, /]?0")


@dataclass(slots=True)
class Book:
    """The sheets of a workbook in their order: name, part, whether it is hidden; and how days are counted."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    from_1904: bool = False


def read_book(package: Package) -> Book:
    """Return which sheets there are. Raises InputError."""
    targets: dict[str, str] = {}
    book = Book()

    def relation(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    def workbook(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "workbookPr":
            book.from_1904 = attributes.get("date1904", "") in _TRUE
        elif tag == "sheet":
            relation_id = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append((attributes.get("name", ""), targets.get(relation_id, ""), hidden))

    package.walk("xl/_rels/workbook.xml.rels", relation)
    package.walk(WORKBOOK, workbook)
    return book


def refuse_1904(book: Book) -> None:
    """Refuse a workbook that counts days from 1904: copied between workbooks, its dates move by four years."""
    if book.from_1904:
        fix = "Copy the list into a new workbook, check the dates there, and save that"
        raise InputError(Fault("roster", "the workbook counts days from 1904", "One that counts from 1900", fix))


def look_at(package: Package, part: str) -> Evidence:
    """Return what the sheet `part` shows. Raises InputError for what is damaged, or too big for a roster."""
    if part not in package:
        raise InputError(damaged())
    scanner = _Scanner(_zero_formats(package), _text_lengths(package))
    package.walk(part, scanner.start, scanner.text)
    return scanner.evidence


class _Scanner:
    """Follows the elements of a sheet, with the position of the cell that it is in."""

    def __init__(self, zeros: frozenset[int], lengths: array[int]) -> None:
        self.evidence = Evidence()
        self._bounds = Bounds()
        self._zeros = zeros
        self._lengths = lengths
        self._text = 0
        self._row, self._column = 0, -1
        self._hidden_row = self._hidden_by_default = False
        self._noted_hidden = False
        self._type = self._style = ""
        self._in_value = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Note what an element of a sheet tells. Raises InputError."""
        self._in_value = False
        match tag:
            case "c":
                self._cell(attributes)
            case "v" | "is":
                self._value(tag)
            case "f":
                self._check_place()
                self.evidence.note("formula", self._row, self._column)
            case "row":
                self._start_row(attributes)
            case "sheetFormatPr":
                self._hidden_by_default = attributes.get("zeroHeight", "") in _TRUE
            case "col":
                self._columns(attributes)
            case "mergeCell":
                self._merge(attributes.get("ref", ""))
            case "filterColumn":
                self.evidence.filtered = True

    def text(self, data: str) -> None:
        """Add up the shared texts that the sheet uses: one long text in every cell is a bomb, too."""
        if self._in_value and self._type == "s" and data.strip().isdecimal():
            index = int(data)
            self._text += self._lengths[index] if index < len(self._lengths) else 0
            if self._text > MAX_TEXT:
                raise InputError(too_much_text())

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _number(attributes["r"]) if "r" in attributes else self._row + 1
        self._column = -1
        hidden = attributes.get("hidden")
        self._hidden_row = self._hidden_by_default if hidden is None else hidden in _TRUE
        self._hidden_row |= attributes.get("ht") in {"0", "0.0"}
        self._noted_hidden = False

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        elif match := _CELL.fullmatch(place):
            self._column = _column(match[1])
            self._row = _number(match[2])
        else:
            raise InputError(damaged())
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")

    def _value(self, tag: str) -> None:
        self._check_place()
        self._in_value = tag == "v"
        if self._type == "e":
            self.evidence.note("error", self._row, self._column)
        elif self._type == "n" and self._zeros and _number(self._style) in self._zeros:
            self.evidence.note("zeros", self._row, self._column)
        if self._hidden_row and not self._noted_hidden:
            self.evidence.hidden_rows.add(self._row)
            self._noted_hidden = True

    def _check_place(self) -> None:
        self._bounds.check(self._row, self._column)

    def _columns(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("hidden", "") in _TRUE:
            first, last = _number(attributes.get("min", "1")), _number(attributes.get("max", "1"))
            self.evidence.hidden_columns.update(range(first - 1, min(last, 1_000)))

    def _merge(self, reference: str) -> None:
        if len(cells := _CELL.findall(reference)) == 2:
            (letters, first), (_, last) = cells
            self.evidence.merge(int(first), int(last), _column(letters))


def _zero_formats(package: Package) -> frozenset[int]:
    """Return the cell styles whose number format adds zeros at the beginning."""
    formats: dict[str, bool] = {}
    styles: list[str] = []
    inside = [False]

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            code = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", attributes.get("formatCode", ""))
            formats[attributes.get("numFmtId", "")] = "E" not in code and bool(_ZEROS.match(code))
        elif tag in {"cellStyleXfs", "cellXfs", "cellStyles"}:
            inside[0] = tag == "cellXfs"
        elif tag == "xf" and inside[0]:
            styles.append(attributes.get("numFmtId", "0"))

    package.walk("xl/styles.xml", start)
    return frozenset(index for index, number in enumerate(styles) if formats.get(number, False))


def _text_lengths(package: Package) -> array[int]:
    """Return the length of each shared text."""
    lengths: array[int] = array("Q")

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "si":
            lengths.append(0)

    def text(data: str) -> None:
        if lengths:
            lengths[-1] += len(data)

    package.walk("xl/sharedStrings.xml", start, text)
    return lengths


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise InputError(damaged())
    return int(text)


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
