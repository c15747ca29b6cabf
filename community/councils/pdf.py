"""Minutes as PDF, where the installation has WeasyPrint (the extra «pdf»); nowhere else is it asked for."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

PAGE = """@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); } }
@page :first { @top-center { content: none; } }"""
SHEETS = Path(__file__).resolve().parents[2] / "static" / "css"


def has_pdf() -> bool:
    """Tell whether this installation can make PDF files."""
    return find_spec("weasyprint") is not None


def as_pdf(html: str) -> bytes:
    """Return the print page as PDF; nothing is fetched from anywhere."""
    import weasyprint

    def nothing(url: str, *_more: Any, **_named: Any) -> Any:
        raise ValueError(f"nothing is fetched for a PDF: {url}")

    sheets = [weasyprint.CSS(filename=str(SHEETS / name)) for name in ("tokens.css", "minutes.css")]
    sheets.append(weasyprint.CSS(string=PAGE))
    made = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=sheets)
    return bytes(made)
