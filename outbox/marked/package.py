"""An .xlsx or .xlsm file as the package of parts that it is: what is not touched stays byte for byte as it was sent."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

#: An element of a part's XML tree (lxml has no types of its own).
Element = Any

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_NO_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
_BREAK = re.compile(rb"<br\s*>(?!\s*</br)")
_TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "{http://schemas.openxmlformats.org/package/2006/content-types}"


class NotPatchable(ValueError):
    """The bytes are no workbook package, or lack what is needed to add to it; the text says what."""


@dataclass(frozen=True)
class Relation:
    """From one part to another; `kind` is the last word of its type, `target` the other part's name."""

    key: str
    kind: str
    target: str


class Package:
    """A workbook's parts by name. Trees that were asked for are written anew by `to_bytes`, the rest as it came."""

    def __init__(self, content: bytes) -> None:
        """Raises NotPatchable."""
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                self._parts = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise NotPatchable(str(error)) from error
        self._trees: dict[str, Element] = {}
        self.workbook = self._target_of("", "officeDocument")
        #: The namespaces of the workbook's elements and of its references to other parts: strict or transitional.
        self.namespace = f"{{{etree.QName(self.tree(self.workbook)).namespace}}}"
        self.references = self._type_of_relations()

    @property
    def has_macros(self) -> bool:
        """True where the workbook says that it may hold macros; its name must end in .xlsm then."""
        declared = self.tree(_TYPES).iter(f"{_TYPES_NAMESPACE}Override")
        return any(
            each.get("PartName") == f"/{self.workbook}" and "macroEnabled" in each.get("ContentType", "")
            for each in declared
        )

    def read(self, name: str) -> bytes:
        """A part's bytes, as they came. Raises NotPatchable when it is missing."""
        try:
            return self._parts[name]
        except KeyError as error:
            raise NotPatchable(f"{name} is missing") from error

    def tree(self, name: str, *, forgiving: bool = False) -> Element:
        """The root of a part's XML, to be read and changed. Raises NotPatchable.

        `forgiving`: what is not quite XML is taken for what it was meant to be (drawings of notes may have `<br>`).
        """
        if name not in self._trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=forgiving)
            content = _BREAK.sub(b"<br/>", self.read(name)) if forgiving else self.read(name)
            try:
                self._trees[name] = etree.fromstring(content, parser)
            except etree.XMLSyntaxError as error:
                raise NotPatchable(f"{name}: {error}") from error
        return self._trees[name]

    def put(self, name: str, content: bytes) -> None:
        """Add a part, or put another content in its place."""
        self._parts[name] = content
        self._trees.pop(name, None)

    def drop(self, name: str) -> None:
        """Remove a part, if it is there, and what is said of its content."""
        self._parts.pop(name, None)
        self._trees.pop(name, None)
        root = self.tree(_TYPES)
        for each in root.findall(f"{_TYPES_NAMESPACE}Override"):
            if each.get("PartName") == f"/{name}":
                root.remove(each)

    def free_name(self, pattern: str) -> str:
        """The first of `xl/comments1.xml`, `xl/comments2.xml`, … that is not taken; `{}` stands for the number."""
        taken = {name.lower() for name in self._parts}
        return next(
            name for number in range(1, len(taken) + 2) if (name := pattern.format(number)).lower() not in taken
        )

    def relations(self, part: str) -> Iterator[Relation]:
        """Where a part leads, but for addresses outside the file."""
        name = relations_of(part)
        if name not in self._parts:
            return
        for each in self.tree(name).iter(_RELATION):
            if each.get("TargetMode") != "External":
                kind = str(each.get("Type", "")).rpartition("/")[2]
                yield Relation(str(each.get("Id")), kind, _resolved(part, str(each.get("Target", ""))))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation from one part to another; returns its key."""
        name = relations_of(part)
        if name not in self._parts:
            self.put(name, _NO_RELATIONS)
        root = self.tree(name)
        taken = {each.get("Id") for each in root}
        key = next(key for number in range(1, len(taken) + 2) if (key := f"rId{number}") not in taken)
        etree.SubElement(root, _RELATION, Id=key, Type=f"{self.references}/{kind}", Target=f"/{target}")
        return key

    def declare(self, name: str, content_type: str) -> None:
        """Say what kind of content a new part has."""
        etree.SubElement(
            self.tree(_TYPES), f"{_TYPES_NAMESPACE}Override", PartName=f"/{name}", ContentType=content_type
        )

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Say what kind of content every part of this ending has, unless that is said already."""
        root = self.tree(_TYPES)
        known = {each.get("Extension", "").lower() for each in root.iter(f"{_TYPES_NAMESPACE}Default")}
        if ending not in known:
            root.insert(0, root.makeelement(f"{_TYPES_NAMESPACE}Default", Extension=ending, ContentType=content_type))

    def to_bytes(self) -> bytes:
        """The package again."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts.items():
                if name in self._trees:
                    content = etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)
                archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
        return written.getvalue()

    def _target_of(self, part: str, kind: str) -> str:
        target = next((each.target for each in self.relations(part) if each.kind == kind), None)
        if target is None:
            raise NotPatchable(f"{part or 'the package'} has no {kind}")
        return target

    def _type_of_relations(self) -> str:
        for each in self.tree(relations_of(self.workbook)).iter(_RELATION):
            kind = str(each.get("Type", ""))
            if kind.endswith("/worksheet"):
                return kind.removesuffix("/worksheet")
        raise NotPatchable("the workbook has no worksheet")


#: The same content gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


def relations_of(part: str) -> str:
    """`xl/workbook.xml` -> `xl/_rels/workbook.xml.rels`; of the package itself (no part) `_rels/.rels`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolved(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def printable(text: str) -> str:
    """The text without the characters that XML has no place for."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
