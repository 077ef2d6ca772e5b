"""PDF: HTML to a tagged, archivable PDF with its documents attached; nothing else knows WeasyPrint.

What it makes declares PDF/A-3a and PDF/UA-1. The same HTML and attachments give the same bytes:
dates come from the content, the file's identifier from a digest of it, and nothing is fetched but
the card's own fonts. `laying` lays pages out, `writing` writes them, `metadata` says what the file
is, `finishing` completes its tags, `attaching` embeds documents.
"""

from reports.pdf.attaching import Attached
from reports.pdf.engine import undisturbed
from reports.pdf.laying import Extent, Laid, lay_out
from reports.pdf.metadata import NAMESPACE, Described, Fact
from reports.pdf.versions import renderer
from reports.pdf.writing import FRONT, render_pdf, write_document, write_pdf

__all__ = [
    "FRONT",
    "NAMESPACE",
    "Attached",
    "Described",
    "Extent",
    "Fact",
    "Laid",
    "lay_out",
    "render_pdf",
    "renderer",
    "undisturbed",
    "write_document",
    "write_pdf",
]
