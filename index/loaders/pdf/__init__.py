"""PDF: the words of its pages in reading order, each with its box.

    characters  pdfium's characters -> words with boxes, a page's lines in reading order
    paragraphs  lines -> paragraphs, rows of tables, headings; hyphenation undone
    running     heads and feet that repeat from page to page
    about       title, author, dates; outline and page labels
    loader      the document

pdfium is not thread-safe, so one file is read at a time in a process.
"""

from index.loaders.pdf.loader import PdfLoader

__all__ = ["PdfLoader"]
