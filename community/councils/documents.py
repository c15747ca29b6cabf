"""Minutes as a file for Word that a school can put away; loaded when one is asked for.

Apart from the services: it only draws plain values. The margins are those of ГОСТ Р 7.0.97-2016 for
papers that are kept long (30 mm on the left), the type is Times, 14 points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from flask_babel import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from community.councils import wording
from community.councils.minutes import Item, Minutes, Seal, Vote

TYPE, SIZE = "Times New Roman", Pt(14)
INDENT = Cm(1.25)
WIDTH = Mm(210 - 30 - 15)
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True})


@dataclass(slots=True)
class _Sheet:
    """A document being written."""

    file: Any = field(default_factory=Document)

    def line(self, text: str = "", *, bold: bool = False, centred: bool = False) -> Any:
        made = self.file.add_paragraph()
        if centred:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if text:
            made.add_run(text).bold = bold
        return made

    def told(self, name: str, text: str) -> None:
        made = self.file.add_paragraph()
        made.add_run(f"{name}: ").bold = True
        made.add_run(text)

    def part(self, text: str) -> None:
        made = self.line(text, bold=True)
        made.paragraph_format.space_before = Pt(8)
        made.paragraph_format.keep_with_next = True

    def words(self, text: str, before: str = "") -> None:
        """Write somebody's words: their paragraphs and lists, bold and slanted as they were."""
        for number, (mark, runs) in enumerate(_paragraphs(text)):
            made = self.file.add_paragraph()
            made.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            made.paragraph_format.first_line_indent = INDENT
            lead = (before if not number else "") + mark
            if lead:
                made.add_run(lead)
            for run, bold, slanted in runs:
                drawn = made.add_run(run)
                drawn.bold, drawn.italic = bold, slanted


def as_docx(it: Minutes, seal: Seal) -> bytes:
    """Return the minutes in the school's form, for Word."""
    sheet = _Sheet()
    _set_up(sheet, it, seal)
    _head(sheet, it)
    for item in it.items:
        _item(sheet, item)
    _signatures(sheet, it, seal)
    out = BytesIO()
    sheet.file.save(out)
    return out.getvalue()


def _set_up(sheet: _Sheet, it: Minutes, seal: Seal) -> None:
    normal = sheet.file.styles["Normal"]
    normal.font.name, normal.font.size = TYPE, SIZE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), TYPE)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.15
    page = sheet.file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.top_margin = page.bottom_margin = Mm(20)
    page.different_first_page_header_footer = True
    _number_pages(page.header.paragraphs[0])
    if seal.sha256:
        told = _("Sealed: SHA-256 %(hash)s, journal entry № %(number)s",
                 hash=seal.sha256, number=seal.number)  # fmt: skip
        for footer in (page.footer, page.first_page_footer):
            footer.paragraphs[0].add_run(told).font.size = Pt(8)
    sheet.file.core_properties.title = _("Minutes № %(number)s", number=it.number)
    sheet.file.core_properties.subject = it.theme
    sheet.file.core_properties.author = it.secretary


def _number_pages(paragraph: Any) -> None:
    """Put the number of the page on top in the middle; the first page has none."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    holder = run._r  # noqa: SLF001 — the library has no field of its own for the number
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        holder.append(made)


def _head(sheet: _Sheet, it: Minutes) -> None:
    sheet.line(_("MINUTES № %(number)s", number=it.number), bold=True, centred=True)
    sheet.line(_("of the teachers’ council"), centred=True)
    sheet.line(it.community, centred=True)
    sheet.line()
    days = wording.day(it.day)
    if it.last_day != it.day:
        days += f" — {wording.day(it.last_day)}"
    when = sheet.line()
    when.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    when.add_run(f"{days}\t{it.place}")
    sheet.line()
    sheet.told(_("What it is about"), it.theme)
    sheet.told(_("Chairman"), it.chairman)
    sheet.told(_("Secretary"), it.secretary)
    hours = _("Opened at %(time)s", time=wording.moment(it.opened, it.day))
    if it.closed:
        hours += ", " + _("closed at %(time)s", time=wording.moment(it.closed, it.day))
    sheet.line(f"{hours}.")
    sheet.line(wording.presence(it))
    if it.attendees:
        names = (wording.attendee(each, it.day) for each in it.attendees)
        sheet.told(_("Present"), ", ".join(names))
    if it.absent:
        sheet.told(_("Absent"), ", ".join(it.absent))
    sheet.line(_("No guests were invited."))
    sheet.part(_("AGENDA"))
    for item in it.items:
        told = f"{item.number}. {item.title}"
        if item.rapporteur:
            told += " — " + _("rapporteur: %(name)s", name=item.rapporteur)
        sheet.line(told).paragraph_format.first_line_indent = INDENT


def _item(sheet: _Sheet, item: Item) -> None:
    sheet.part(f"{item.number}. {item.title}")
    if item.state == "put_off":
        sheet.line(_("The item was put off."))
    if item.was_heard:
        _heard(sheet, item)
    if item.spoke:
        _spoke(sheet, item)
    if item.votes:
        sheet.part(_("VOTED"))
        for vote in item.votes:
            _vote(sheet, vote)
    if item.resolved or item.charges:
        _resolved(sheet, item)


def _heard(sheet: _Sheet, item: Item) -> None:
    sheet.part(_("HEARD"))
    if item.rapporteur:
        sheet.line(_("Rapporteur: %(name)s", name=item.rapporteur))
    for note in item.heard:
        sheet.words(note.words)


def _spoke(sheet: _Sheet, item: Item) -> None:
    sheet.part(_("SPOKE"))
    for speech in item.spoke:
        if not speech.notes:
            sheet.line(speech.name).paragraph_format.first_line_indent = INDENT
        for note in speech.notes:
            sheet.words(note.words, f"{speech.name} — ")


def _resolved(sheet: _Sheet, item: Item) -> None:
    sheet.part(_("RESOLVED"))
    for number, note in enumerate(item.resolved, 1):
        sheet.words(note.words, f"{item.number}.{number}. ")
    for charge in item.charges:
        sheet.words(charge.words, _("Task") + ": ")
        told = _("Term: %(day)s", day=wording.day_of(charge.due_on))
        if charge.owner:
            told += " · " + _("Taken by: %(name)s", name=charge.owner)
        sheet.line(told).paragraph_format.first_line_indent = INDENT


def _vote(sheet: _Sheet, vote: Vote) -> None:
    title = _("“%(title)s”", title=vote.title)
    sheet.line(f"{title}: {wording.result(vote)}")
    sheet.line(wording.manner(vote))
    for told in wording.roll(vote):
        sheet.line(told).paragraph_format.first_line_indent = INDENT


def _signatures(sheet: _Sheet, it: Minutes, seal: Seal) -> None:
    sheet.line()
    hands = (
        (_("Chairman"), it.chairman, seal.chairman),
        (_("Secretary"), it.secretary, seal.secretary),
    )
    for post, name, signed in hands:
        made = sheet.line()
        made.paragraph_format.keep_together = True
        made.paragraph_format.space_before = Pt(14)
        stops = made.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(4.5))
        leader = WD_TAB_LEADER.SPACES if signed else WD_TAB_LEADER.LINES
        stops.add_tab_stop(Cm(12), WD_TAB_ALIGNMENT.LEFT, leader)
        told = _("signed %(at)s", at=signed) if signed else ""
        made.add_run(f"{post}\t{told}\t{name}")


def _paragraphs(text: str) -> Iterator[tuple[str, Sequence[tuple[str, bool, bool]]]]:
    """Yield the paragraphs of a Markdown text: the mark before each (of a list), and its runs."""
    marks: list[int | None] = []
    fresh = ""
    for token in _parser.parse(text):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            marks.append(int(token.attrs.get("start", 1)) if token.type[0] == "o" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            marks.pop()
        elif token.type == "list_item_open" and marks:
            number = marks[-1]
            fresh = "– " if number is None else f"{number}) "
            marks[-1] = None if number is None else number + 1
        elif token.type == "inline":
            yield fresh, _runs(token.children or [])
            fresh = ""
        elif token.type in ("fence", "code_block"):
            yield fresh, [(token.content.rstrip(), False, False)]


def _runs(children: Sequence[Token]) -> list[tuple[str, bool, bool]]:
    runs, bold, slanted = [], 0, 0
    for child in children:
        bold += (child.type == "strong_open") - (child.type == "strong_close")
        slanted += (child.type == "em_open") - (child.type == "em_close")
        text = "\n" if child.type in ("softbreak", "hardbreak") else child.content
        if text:
            runs.append((text, bold > 0, slanted > 0))
    return runs
