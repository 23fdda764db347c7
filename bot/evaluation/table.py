"""A table of measurements: printed for people, or as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

RESAMPLES = 1000


@dataclass(frozen=True)
class Table:
    """Rows of named values under a title, with remarks below."""

    title: str
    rows: Sequence[Mapping[str, Any]]
    remarks: Sequence[str] = field(default_factory=tuple)

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON."""
        return {"title": self.title, "rows": [dict(row) for row in self.rows], "remarks": list(self.remarks)}

    def to_text(self) -> str:
        """Columns aligned, one row a line."""
        columns = list(dict.fromkeys(key for row in self.rows for key in row))
        cells = [columns, *([_cell(row.get(column)) for column in columns] for row in self.rows)]
        widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
        return "\n".join([self.title, "", *lines, *([""] if self.remarks else []), *self.remarks])


def share(outcomes: Sequence[bool]) -> str:
    """A share with its bootstrap 95 % interval (1,000 resamples, seeded): ".81 [.78 .84]"."""
    if not len(outcomes):
        return "-"
    values = np.asarray(outcomes, float)
    drawn = np.random.default_rng(0).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{short(values.mean())} [{short(low)} {short(high)}]"


def short(value: float) -> str:
    """Three decimals, without the nought before the point."""
    return f"{value:.3f}".removeprefix("0") if 0 <= value < 1 else f"{value:.2f}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return short(value) if isinstance(value, float) else str(value)
