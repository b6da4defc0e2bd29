"""What an old reader of an event can bear: new optional fields, nothing else. A breaking change is a new major version."""

from collections.abc import Iterator
from typing import Any

IGNORED = {"title", "description", "examples", "default"}


def breaks(old: dict[str, Any], new: dict[str, Any], where: str = "") -> Iterator[str]:
    """What in the new schema an old reader or an old publisher cannot live with."""
    old, new = _resolved(old, old), _resolved(new, new)
    yield from _breaks(old, new, where or "event")


def _breaks(old: Any, new: Any, where: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict) and "properties" in old:
        before, after = old["properties"], new.get("properties", {})
        for name in before:
            if name not in after:
                yield f"{where}.{name} is gone"
            else:
                yield from _breaks(before[name], after[name], f"{where}.{name}")
        for name in set(new.get("required", [])) - set(old.get("required", [])):
            yield f"{where}.{name} is required now"
        for name in set(old.get("required", [])) - set(new.get("required", [])):
            yield f"{where}.{name} may be missing now"
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted((old.keys() | new.keys()) - IGNORED):
            yield from _breaks(old.get(key), new.get(key), f"{where}/{key}")
    elif old != new:
        yield f"{where}: {old!r} became {new!r}"


def _resolved(node: Any, root: dict[str, Any]) -> Any:
    """The schema with its references written out."""
    if isinstance(node, dict):
        if "$ref" in node:
            return _resolved(root["$defs"][node["$ref"].rpartition("/")[2]], root)
        return {key: _resolved(value, root) for key, value in node.items() if key != "$defs"}
    if isinstance(node, list):
        return [_resolved(each, root) for each in node]
    return node
