"""How a workbook shows its numbers: as dates, shares or amounts, by their formats."""

import re
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from lxml.etree import _Element

from ai_prism.core.readers.sheets.names import S
from ai_prism.core.readers.xml import number, switch

#: Formats that every program knows by their numbers alone.
_BUILT_IN: Final = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd",
    15: "yyyy-mm-dd", 16: "yyyy-mm-dd", 17: "yyyy-mm-dd", 18: "hh:mm", 19: "hh:mm:ss",
    20: "hh:mm", 21: "hh:mm:ss", 22: "yyyy-mm-dd hh:mm", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
    45: "hh:mm:ss", 46: "hh:mm:ss", 47: "hh:mm:ss",
}  # fmt: skip
#: What a format says in words, in colours or in conditions: no sign in it counts.
_LITERAL: Final = re.compile(r'"[^"]{0,100}"|\\.|\[[^\]]{0,100}\]|[_*].')
_DECIMALS: Final = re.compile(r"\.([0#?]{1,15})")
#: The day 60 of Excel is the 29th of February 1900, which never was; so days count from here.
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no time zone
_DAY_ZERO_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_DAY: Final = 2_958_465


class CellFormat(NamedTuple):
    """How one kind of cell is shown."""

    has_date: bool = False
    has_time: bool = False
    is_share: bool = False
    has_groups: bool = False
    decimals: int | None = None  #: None for as many as there are
    bold: bool = False


class Formats:
    """The formats of one workbook, by the number that cells carry."""

    def __init__(self, styles: _Element | None, *, from_1904: bool) -> None:
        """Read the part `styles.xml`, None where there is none."""
        self._day_zero = _DAY_ZERO_1904 if from_1904 else _DAY_ZERO
        self._formats: list[CellFormat] = []
        if styles is None:
            return
        codes = {
            number(element.get("numFmtId")): element.get("formatCode", "")
            for element in styles.iter(S + "numFmt")
        }
        bold = [_is_bold(font) for font in styles.iterfind(f"{S}fonts/{S}font")]
        for cell in styles.iterfind(f"{S}cellXfs/{S}xf"):
            code = number(cell.get("numFmtId"))
            font = number(cell.get("fontId"))
            format = _format_of(codes.get(code) or _BUILT_IN.get(code, ""))
            self._formats.append(format._replace(bold=0 <= font < len(bold) and bold[font]))

    def of(self, style: str | None) -> CellFormat:
        """Return the format of cells with *style*, the number in their attribute `s`."""
        place = number(style)
        return self._formats[place] if 0 <= place < len(self._formats) else CellFormat()

    def shown(self, value: str, format: CellFormat) -> str:
        """Return the number *value* as a cell of *format* shows it, more or less."""
        try:
            amount = float(value)
        except ValueError:
            return value
        if (format.has_date or format.has_time) and 0 <= amount <= _LAST_DAY:
            return self._moment(amount, format)
        percent = "%" if format.is_share else ""
        amount = amount * 100 if format.is_share else amount
        if format.decimals is None:
            return f"{amount:.15g}{percent}"
        return f"{amount:{',' if format.has_groups else ''}.{format.decimals}f}{percent}"

    def _moment(self, days: float, format: CellFormat) -> str:
        moment = self._day_zero + timedelta(seconds=round(days * 86_400))
        date, time = f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}".removesuffix(":00")
        if format.has_date and format.has_time:
            return f"{date} {time}"
        return date if format.has_date else time


def _is_bold(font: _Element) -> bool:
    bold = font.find(S + "b")
    return bold is not None and switch(bold.get("val"), default=True)


def _format_of(code: str) -> CellFormat:
    # The first part is that of positive numbers.
    signs = _LITERAL.sub("", code[:400]).partition(";")[0].lower()
    has_digits = "0" in signs or "#" in signs
    decimals = _DECIMALS.search(signs)
    return CellFormat(
        has_date="y" in signs or "d" in signs,
        has_time="h" in signs or "s" in signs,
        is_share="%" in signs,
        has_groups="#,#" in signs or "0,0" in signs,
        decimals=len(decimals[1]) if decimals else 0 if has_digits else None,
    )
