"""What other readers make of the files of `bench.reading`. Runs in a Python of their own and imports nothing of ours.

    python -m venv peers && peers/bin/pip install 'markitdown[docx,xlsx,pptx]' docx2txt mammoth python-docx pandas openpyxl lxml \
        html2text inscriptis trafilatura lxml_html_clean
    python -m bench.reading FOLDER --peers peers/bin/python

Prints a JSON object a line: reader, file, text, tables (rows of cells), seconds. A reader that is not installed is left out.
"""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

Read = Callable[[Path], "tuple[str, list[list[list[str]]]]"]


def marked(text: str) -> tuple[str, list[list[list[str]]]]:
    """Markdown as plain text, and the rows of its pipe tables."""
    tables: list[list[list[str]]] = []
    lines, inside = [], False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            lines.append(re.sub(r"^#+ .*$", "", line))
            continue
        if not inside:
            tables.append([])
        inside = True
        if not re.fullmatch(r"[|:\- ]+", line):
            tables[-1].append([re.sub(r"\\([|*_])", r"\1", cell).strip() for cell in line.strip("|").split("|")])
    flat = [cell for table in tables for row in table for cell in row if cell]
    return re.sub(r"[*~]{2}|<[^>]+>", "", "\n".join([*lines, *flat])), tables


def markitdown(path: Path) -> tuple[str, list[list[list[str]]]]:
    """Microsoft's converter to Markdown."""
    return marked(converter().convert(str(path)).text_content)


@cache
def converter() -> Any:
    """Made once: it loads a model that tells kinds of files."""
    from markitdown import MarkItDown

    return MarkItDown()


def docx2txt(path: Path) -> tuple[str, list[list[list[str]]]]:
    """Text of DOCX, a cell a line."""
    import docx2txt as library

    return library.process(str(path)), []


def mammoth(path: Path) -> tuple[str, list[list[list[str]]]]:
    """DOCX by way of HTML, its tables by pandas."""
    import mammoth as library

    with path.open("rb") as file:
        return page(library.convert_to_html(file).value)


def python_docx(path: Path) -> tuple[str, list[list[list[str]]]]:
    """Paragraphs and tables of a DOCX as python-docx gives them."""
    from docx import Document

    document = Document(str(path))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), tables


def html2text(path: Path) -> tuple[str, list[list[list[str]]]]:
    """HTML to Markdown, its lines unbroken."""
    import html2text as library

    converter = library.HTML2Text(bodywidth=0)
    converter.ignore_links = True
    text = re.sub(r"(?m)^(?!\|)(?=[^|\n]*\|)(.*\|.*)$", r"| \1 |", converter.handle(path.read_text("utf-8")))
    return marked(text)


def inscriptis(path: Path) -> tuple[str, list[list[list[str]]]]:
    """HTML as it looks in a terminal; tables by blanks, which nobody can take apart again."""
    from inscriptis import get_text

    return get_text(path.read_text("utf-8")), []


def trafilatura(path: Path) -> tuple[str, list[list[list[str]]]]:
    """The main text of a page, tables as Markdown."""
    import trafilatura as library

    return marked(library.extract(path.read_text("utf-8"), output_format="markdown", include_tables=True) or "")


def page(html: str) -> tuple[str, list[list[list[str]]]]:
    """Words by lxml and tables by pandas.read_html."""
    import pandas
    from lxml import html as parser

    tables = []
    if "<table" in html:
        tables = [frame(table) for table in pandas.read_html(io.StringIO(html), keep_default_na=False)]
    return str(parser.fromstring(html).text_content()), tables


def frame(table: Any) -> list[list[str]]:
    """A data frame as rows, its header rows joined."""
    heads = [" / ".join(dict.fromkeys(map(str, h))) if isinstance(h, tuple) else str(h) for h in table.columns]
    return [heads, *([str(value) for value in row] for row in table.itertuples(index=False))]


def pandas_html(path: Path) -> tuple[str, list[list[list[str]]]]:
    """HTML by lxml and pandas."""
    return page(path.read_text("utf-8"))


def pandas_xlsx(path: Path) -> tuple[str, list[list[list[str]]]]:
    """A workbook by pandas, its first row as header."""
    import pandas

    sheets = pandas.read_excel(path, sheet_name=None, keep_default_na=False).values()
    tables = [frame(sheet) for sheet in sheets]
    return "\n".join(cell for table in tables for row in table for cell in row), tables


def openpyxl(path: Path) -> tuple[str, list[list[list[str]]]]:
    """The values of a workbook, cell by cell."""
    import openpyxl as library

    book = library.load_workbook(path, data_only=True)
    tables = [
        [["" if value is None else str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    ]
    return "\n".join(cell for table in tables for row in table for cell in row if cell), tables


PEERS: dict[str, list[Read]] = {
    ".docx": [markitdown, docx2txt, mammoth, python_docx],
    ".pptx": [markitdown],
    ".xlsx": [markitdown, pandas_xlsx, openpyxl],
    ".html": [markitdown, pandas_html, html2text, inscriptis, trafilatura],
}


def main() -> None:
    """Read every file of a folder with every reader of its kind."""
    for path in sorted(Path(sys.argv[1]).iterdir()):
        for reader in PEERS.get(path.suffix, []):
            begin = time.process_time()
            try:
                text, tables = reader(path)
            except ImportError:
                continue
            except Exception as failure:
                print(f"{reader.__name__}: {path.name}: {type(failure).__name__}", file=sys.stderr)
                text, tables = "", []
            found = {"reader": reader.__name__, "file": path.name, "text": text, "tables": tables}
            print(json.dumps({**found, "seconds": time.process_time() - begin}))


if __name__ == "__main__":
    main()
