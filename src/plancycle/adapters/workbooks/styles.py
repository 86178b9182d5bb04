"""The looks of one workbook: Times New Roman, yellow inputs, grey for what stands already."""

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from plancycle.adapters.workbooks import layout


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self.text = self._make()
        self.text_centred = self._make(align="center")
        self.guide = self._make(indent=1)
        self.title = self._make(bold=True, font_size=16, align="center")
        self.title_left = self._make(bold=True, font_size=14, text_wrap=False)
        self.subtitle = self._make(bold=True, text_wrap=False)
        self.heading_text = self._make(bold=True, font_size=13, font_color="#1F3864", valign="bottom")
        self.hint = self._make(italic=True, text_wrap=False)
        self.banner = self._make(indent=1, bold=True, font_color="#9C0006", bg_color="#FFE1E1", border=1)
        self.heading = self._make(bold=True, border=1, align="center", bg_color="#D9E2F3")
        self.locked = self._cell(layout.GREY)
        self.locked_centred = self._cell(layout.GREY, align="center")
        self.input = self._cell(layout.YELLOW, locked=False)
        self.sample = self._cell(layout.YELLOW)
        self.red = self._cell(layout.RED)
        self.amber = self._cell(layout.AMBER)
        self.amber_rule = book.add_format({"bg_color": f"#{layout.AMBER}"})
        self.green_rule = book.add_format({"bg_color": f"#{layout.GREEN}"})
        self.link = self._cell(layout.GREY, font_color="#0563C1", underline=1, align="center")
        self.locked_line = self._cell(layout.GREY, text_wrap=False)
        self.summary = self._cell("D9E2F3", bold=True)
        self.summary_centred = self._cell("D9E2F3", bold=True, align="center")
        self._inputs: dict[str, Format] = {}
        self._given: dict[str, Format] = {}

    def input_as(self, number_format: str, align: str = "left") -> Format:
        """An unlocked yellow cell that shows its value in that number format."""
        if number_format not in self._inputs:
            self._inputs[number_format] = self._cell(layout.YELLOW, locked=False, num_format=number_format, align=align)
        return self._inputs[number_format]

    def locked_as(self, number_format: str) -> Format:
        """A locked grey number."""
        if number_format not in self._given:
            self._given[number_format] = self._cell(layout.GREY, num_format=number_format, align="right")
        return self._given[number_format]

    def _cell(self, colour: str, **more: object) -> Format:
        return self._make(bg_color=f"#{colour}", border=1, border_color="#7F7F7F", **more)

    def _make(self, **more: object) -> Format:
        common = {"font_name": layout.FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
        return self._book.add_format({**common, **more})
