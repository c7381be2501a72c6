"""The sheets of a workbook as its package tells them: name, part, hidden or not."""

import posixpath
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from app.intake.xlsx.package import Package, broken

_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class SheetPart:
    """One sheet of the workbook."""

    name: str
    part: str
    hidden: bool


def sheet_parts(package: Package) -> list[SheetPart]:
    """The worksheets in the workbook's order; raises BadPackage."""
    try:
        book = fromstring(package.read("xl/workbook.xml"))
        links = fromstring(package.read("xl/_rels/workbook.xml.rels"))
    except (ParseError, DefusedXmlException, KeyError, ValueError):
        raise broken() from None
    targets = {one.get("Id"): one.get("Target") or "" for one in links if (one.get("Type") or "").endswith("/worksheet")}
    found = []
    for one in book.iter():
        if not one.tag.endswith("}sheet"):
            continue
        target = targets.get(one.get(_OFFICE) or one.get(_STRICT))
        if target is None:
            continue  # a chart or dialog sheet holds no rows
        part = posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target))
        if part not in package.parts:
            raise broken()
        found.append(SheetPart(one.get("name") or "", part, one.get("state", "visible") != "visible"))
    return found
