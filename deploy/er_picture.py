"""The picture of the warehouse: which fact leads to which dimension, drawn from what dbt tests."""

import json
from collections import defaultdict
from html import escape
from pathlib import Path

_WIDTH, _ROW, _BOX, _DIMENSION = 940, 46, 300, 260
_COLOURS = ("#0b6e99", "#b3541e", "#4d7c0f", "#7c3aed", "#be123c", "#0f766e", "#a16207", "#475569")


def references(manifest: Path) -> dict[str, list[str]]:
    """Fact or bridge -> dimensions that its keys are tested to lead to."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values():
        if (node.get("test_metadata") or {}).get("name") != "relationships":
            continue
        child = str(node["attached_node"]).split(".")[-1]
        parent = str(node["test_metadata"]["kwargs"]["to"]).split("'")[1]
        if child.startswith(("fct_", "bridge_")) and parent.startswith("dim_"):
            found[child].add(parent)
    return {child: sorted(found[child]) for child in sorted(found)}


def picture(found: dict[str, list[str]]) -> str:
    """Facts left, dimensions right, a line for each reference, as SVG."""
    dimensions = sorted({parent for parents in found.values() for parent in parents})
    height = _ROW * max(len(found), len(dimensions)) + 40
    spread = (height - 40) / len(dimensions)
    colour = dict(zip(dimensions, _COLOURS, strict=False))
    middle = {name: 20 + spread * (place + 0.5) for place, name in enumerate(dimensions)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif"'
        ' font-size="15">',
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
    ]
    for place, (child, parents) in enumerate(found.items()):
        y = 20 + _ROW * (place + 0.5)
        for parent in parents:
            parts.append(
                f'<path d="M{20 + _BOX} {y:.0f} C{20 + _BOX + 150} {y:.0f} {_WIDTH - _DIMENSION - 170}'
                f' {middle[parent]:.0f} {_WIDTH - _DIMENSION - 20} {middle[parent]:.0f}" fill="none"'
                f' stroke="{colour[parent]}" stroke-width="1.6" opacity="0.75"/>'
            )
        parts.append(_box(20, y, _BOX, child, "#f1f5f9", "#334155"))
    parts += [
        _box(_WIDTH - _DIMENSION - 20, middle[name], _DIMENSION, name, "white", colour[name]) for name in dimensions
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _box(x: float, y: float, width: int, text: str, fill: str, stroke: str) -> str:
    return (
        f'<rect x="{x}" y="{y - 16:.0f}" width="{width}" height="32" rx="6" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="2"/><text x="{x + width / 2:.0f}" y="{y + 5:.0f}" text-anchor="middle">{escape(text)}</text>'
    )
