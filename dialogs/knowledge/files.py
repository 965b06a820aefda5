"""Reading the knowledge files: YAML to typed entries, every fault named with its file and line."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from dialogs.knowledge.schema import LINE, Entry

FOLDER = Path(__file__).parent
Kind = TypeVar("Kind", bound=Entry)


class Fault(ValueError):
    """What is wrong in a knowledge file, and where."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.message = file, line, message


class _LinedLoader(yaml.CSafeLoader):
    """The safe loader, adding to each mapping the line it begins on, and refusing a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.MarkedYAMLError(problem="a key is written twice", problem_mark=node.start_mark)
        mapping[LINE] = node.start_mark.line + 1
        return mapping


# YAML 1.1 reads yes, no, on and off as booleans; here they are words (a story's `on:` is a day).
_LinedLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _LinedLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


_LinedLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path, kind: type[Kind]) -> Kind:
    """The file as an entry of the given kind. Raises `Fault` with the nearest line known."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LinedLoader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise Fault(path.name, mark.line + 1 if mark else 1, error.problem or "not YAML") from error
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Fault(path.name, _line_of(raw, first["loc"]), f"{where}: {first['msg']}") from error


def _line_of(raw: Any, location: tuple[int | str, ...]) -> int:
    """The line of the innermost mapping on the way to `location`."""
    line = 1
    for step in location:
        if isinstance(raw, dict):
            line = raw.get(LINE, line)
            raw = raw.get(step)
        elif isinstance(raw, list | tuple) and isinstance(step, int) and step < len(raw):
            raw = raw[step]
        else:
            break
    return raw.get(LINE, line) if isinstance(raw, dict) else line
