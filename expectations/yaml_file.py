"""A catalogue written in YAML: file in, entries that know their line out, or a sentence that names file and line."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from reference.trouble import Trouble


class CatalogueError(Trouble, ValueError):
    """The catalogue cannot be used as it stands."""

    text = "error_catalogue"


class NotReadable(CatalogueError):
    """A file of the catalogue is not there, is no text, or is no YAML."""


class Misshapen(CatalogueError):
    """A part of a file is missing, or is not of the shape that it has to have."""


class Entry(dict[Any, Any]):
    """A mapping of the file, and the line in which it begins."""

    line: int = 0


class _WithLines(yaml.constructor.SafeConstructor):
    """YAML's plain types, mappings with their line; an entry that stands twice is a slip."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Entry:
        found = Entry()
        found.line = node.start_mark.line + 1
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is no name", key_node.start_mark)
            if key in found:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands here twice", key_node.start_mark)
            found[key] = None
        found.update(super().construct_mapping(node, deep=deep))
        return found

    def construct_yaml_map(self, node: yaml.MappingNode) -> Generator[Entry, None, None]:
        yield self.construct_mapping(node, deep=True)


_WithLines.yaml_constructors = {
    **yaml.constructor.SafeConstructor.yaml_constructors,
    "tag:yaml.org,2002:map": _WithLines.construct_yaml_map,
}


class _Loader(_WithLines, yaml.SafeLoader):
    """In Python: it says best what is wrong with a file."""


class _FastLoader(_WithLines, yaml.CSafeLoader):
    """In C: ten times as fast."""


def document(path: Path) -> Entry:
    """What the file says. Raises NotReadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotReadable(f"{path.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise NotReadable(f"{path.name}, line {line}: not UTF-8; save the file as UTF-8") from error
    return parsed(text, path.name)


def parsed(text: str, name: str) -> Entry:
    """What a text says; an empty one says nothing. Raises NotReadable, which calls it `name`."""
    try:
        read = _read(text)
    except yaml.MarkedYAMLError as error:
        # What is not closed is found out at the end of the file; where it begins is where the slip is.
        is_open = "end of stream" in (error.problem or "") and error.context_mark is not None
        mark = error.context_mark if is_open else error.problem_mark or error.context_mark
        line = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise NotReadable(f"{name}{line}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotReadable(f"{name}: {' '.join(str(error).split())}") from error
    if read is None:
        return Entry()
    if not isinstance(read, Entry):
        raise NotReadable(f"{name}, line 1: expected names with a colon, such as `rules:`")
    return read


def _read(text: str) -> Any:
    try:
        return yaml.load(text, _FastLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return yaml.load(text, _Loader)


def part(document: Mapping[str, Any], name: str, of: str) -> Entry:
    """The mapping under `name`. Raises Misshapen when there is none."""
    found = document.get(name)
    if not isinstance(found, Entry):
        raise Misshapen(f"{of}{_line(document)}: `{name}:` is missing, or has no entries below it")
    return found


def entries(document: Mapping[str, Any], name: str, of: str) -> list[Entry]:
    """The list of mappings under `name`, empty when it is not there. Raises Misshapen for anything else."""
    found = document.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Misshapen(f"{of}{_line(document)}: expected `{name}:` and below it a list of entries")
    for number, entry in enumerate(found, start=1):
        if not isinstance(entry, Entry):
            raise Misshapen(f"{of}: entry {number} of `{name}:` is {entry!r}; expected names with a colon")
    return found


@contextmanager
def standing_in(name: str, entry: Mapping[str, Any]) -> Iterator[None]:
    """What is wrong with an entry is said with its file and line, whatever it is."""
    try:
        yield
    except CatalogueError as error:
        raise type(error)(f"{name}{_line(entry)}: {error}") from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Misshapen(f"{name}{_line(entry)}: {type(error).__name__}: {error}") from error


def _line(entry: Mapping[str, Any]) -> str:
    return f", line {entry.line}" if isinstance(entry, Entry) and entry.line else ""
