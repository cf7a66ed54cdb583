"""Small files of each format, made here, good and hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

CONTENT_TYPES = (
    b"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"""
)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(
    pages: list[list[str]],
    *,
    password: str = "",
    owner: str = "",
    outline: Mapping[int, str] | None = None,
    title: str = "",
) -> bytes:
    """A PDF whose pages hold the lines; a page without lines is blank, like a scanned one."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(612, 792)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        drawn = ["BT /F1 11 Tf 14 TL 50 740 Td"]
        for line in lines:
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"({escaped}) Tj T*")
        drawn.append("ET")
        stream = DecodedStreamObject()
        stream.set_data("\n".join(drawn).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    for number, name in (outline or {}).items():
        writer.add_outline_item(title=name, page_number=number)
    if title:
        writer.add_metadata({"/Title": title})
    if password or owner:
        writer.encrypt(password, owner or None, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def looping_pdf() -> bytes:
    """A PDF whose page tree contains itself."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    tree = writer._pages.get_object()
    tree[NameObject("/Kids")] = ArrayObject([writer._pages, writer._pages])
    tree[NameObject("/Count")] = NumberObject(2)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP file of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return file.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A DOCX around the XML of a body; `styles` and other parts of the word folder by name."""
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
    }
    members |= {f"word/{name}" + ("" if "." in name else ".xml"): xml for name, xml in parts.items()}
    return archive(members)


def paragraph(text: str, style: str = "", *, run: str = "") -> str:
    """One paragraph of a DOCX; `run` is put into the run's properties."""
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}<w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def table(rows: list[list[str]]) -> str:
    """A table of a DOCX."""
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


STYLES = (
    f"<w:styles {W}>"
    '<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="My head"/><w:basedOn w:val="H2"/></w:style>'
    "</w:styles>"
)

_P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def slide(title: str, body: str) -> str:
    """One slide of a PPTX."""
    return (
        f"<p:sld {_P}><p:cSld><p:spTree>"
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
        f"<p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp>"
        f"<p:sp><p:txBody><a:p><a:r><a:t>{body}</a:t></a:r></a:p></p:txBody></p:sp>"
        "</p:spTree></p:cSld></p:sld>"
    )


def pptx(*slides: str) -> bytes:
    """A PPTX of these slides, in the order of their numbers."""
    return archive({f"ppt/slides/slide{n}.xml": xml for n, xml in enumerate(slides, 1)})


_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def xlsx(sheets: Mapping[str, str], *, strings: str = "", styles: str = "", hidden: tuple[str, ...] = ()) -> bytes:
    """An XLSX: sheet names to the XML inside `worksheet`; `strings` the items, `styles` the inside of the style sheet."""
    tabs, relations = [], []
    members: dict[str, bytes | str] = {"[Content_Types].xml": CONTENT_TYPES}
    for n, (name, inside) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        tabs.append(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{state}/>')
        relations.append(f'<Relationship Id="rId{n}" Type="x/worksheet" Target="worksheets/sheet{n}.xml"/>')
        members[f"xl/worksheets/sheet{n}.xml"] = f"<worksheet {_S}>{inside}</worksheet>"
    members["xl/workbook.xml"] = f"<workbook {_S}><sheets>{''.join(tabs)}</sheets></workbook>"
    members["xl/_rels/workbook.xml.rels"] = f"<Relationships>{''.join(relations)}</Relationships>"
    members["xl/sharedStrings.xml"] = f"<sst {_S}>{strings}</sst>"
    members["xl/styles.xml"] = f"<styleSheet {_S}>{styles}</styleSheet>"
    return archive(members)


def sheet_rows(*rows: list[str]) -> str:
    """Sheet data of plain texts."""
    lines = []
    for n, row in enumerate(rows, 1):
        cells = [f'<c r="{chr(64 + c)}{n}" t="inlineStr"><is><t>{v}</t></is></c>' for c, v in enumerate(row, 1) if v]
        lines.append(f'<row r="{n}">{"".join(cells)}</row>')
    return f"<sheetData>{''.join(lines)}</sheetData>"


def epub(pages: Mapping[str, str], *, spine: list[str] | None = None, extra: Mapping[str, str] | None = None) -> bytes:
    """An EPUB of these XHTML bodies by file name, read in the order of `spine`."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(pages)
    )
    ids = {name: f"i{n}" for n, name in enumerate(pages)}
    order = "".join(f'<itemref idref="{ids[name]}"/>' for name in (spine or list(pages)))
    members: dict[str, bytes | str] = {
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns:dc="x"><metadata><dc:title>Care at home</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>",
    }
    members |= {f"OEBPS/{name}": f"<html><body>{body}</body></html>" for name, body in pages.items()}
    members |= dict(extra or {})
    return archive(members)


HL7 = "\r".join(
    [
        r"MSH|^~\&|LAB|WEST|EHR|MAIN|202403051430||ORU^R01|MSG0001|P|2.5.1",
        "PID|1||4711^^^WEST^MR~999-11-2222^^^USA^SS||Okafor^Adaeze^M^^Dr.||19640229|F|||12 Elm St&12^Apt 4^Leeds^^LS1 4AB"
        "||555-0101^PRN^PH^ada@example.org|||||ACC77|987-65-4321",
        "PV1|1|I|W3^12^B|||||778^Lindqvist^Karl^^^Dr.",
        "OBR|1|||2345-7^Glucose panel^LN|||20240305",
        r"OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-110|H|||F|||20240305",
        r"OBX|2|TX|NOTE^Comment||Sample \T\ control agree\.br\Repeat \F\ confirm||||||F",
        r"OBX|3|TX|NOTE^Comment||No haemolysis.||||||F",
        "AL1|1||^Penicillin|SV|Rash~Hives",
        "ZXX|own|data",
        "",
    ]
).encode()

CCDA = b"""<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><code displayName="Discharge summary"/>
<title>Summary for Adaeze Okafor</title><effectiveTime value="20240305"/><confidentialityCode code="N"/>
<recordTarget><patientRole><id root="1.2.3" extension="MRN-4711"/><id root="2.16.840.1.113883.4.1" extension="999-11-2222"/>
<addr><streetAddressLine>12 Elm St</streetAddressLine><city>Leeds</city><postalCode>LS1 4AB</postalCode></addr>
<telecom value="tel:+1-555-0101"/><telecom value="mailto:ada@example.org"/>
<patient><name><prefix>Dr.</prefix><given>Adaeze</given><family>Okafor</family></name>
<administrativeGenderCode code="F"/><birthTime value="19640229"/></patient></patientRole></recordTarget>
<author><assignedAuthor><assignedPerson><name><given>Karl</given><family>Lindqvist</family></name></assignedPerson>
</assignedAuthor></author><component><structuredBody>
<component><section><title>Medications</title><text><paragraph>Taken at <content>home</content>.</paragraph>
<table><thead><tr><th>Drug</th><th>Dose</th><th>Since</th></tr></thead><tbody>
<tr><td rowspan="2">Metformin</td><td>500 mg</td><td>2020</td></tr><tr><td>1 g</td><td>2023</td></tr></tbody></table>
<list><item>Taken with food</item><item>Not with alcohol</item></list></text></section></component>
<component><section><title>Plan</title><text>Call the ward.<br/>Come back in May.</text>
<component><section><title>Diet</title><text>Less salt.</text></section></component></section></component>
</structuredBody></component></ClinicalDocument>"""
