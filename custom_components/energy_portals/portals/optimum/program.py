"""A mixed-integer program as plain lists: columns with costs and bounds, and rows.

Costs are in the home's currency; what a column counts is said where it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

type Terms = Iterable[tuple[int, float]]


@dataclass(slots=True)
class Program:
    """Columns and rows; the costs are to be as low as possible."""

    costs: list[float] = field(default_factory=list)
    lowers: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    integers: list[int] = field(default_factory=list)
    row_lowers: list[float] = field(default_factory=list)
    row_uppers: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    factors: list[float] = field(default_factory=list)

    def column(
        self,
        lower: float = 0.0,
        upper: float = inf,
        cost: float = 0.0,
        *,
        is_integer: bool = False,
    ) -> int:
        """Add a column and return its number."""
        number = len(self.costs)
        self.costs.append(cost)
        self.lowers.append(lower)
        self.uppers.append(upper)
        if is_integer:
            self.integers.append(number)
        return number

    def choice(self, cost: float = 0.0) -> int:
        """Add a column that is 0 or 1 and return its number."""
        return self.column(0.0, 1.0, cost, is_integer=True)

    def row(self, terms: Terms, lower: float = -inf, upper: float = inf) -> int:
        """Add a row between two bounds and return its number."""
        by_column: dict[int, float] = {}
        for column, factor in terms:
            by_column[column] = by_column.get(column, 0.0) + factor
        self.columns += by_column
        self.factors += by_column.values()
        self.starts.append(len(self.columns))
        self.row_lowers.append(lower)
        self.row_uppers.append(upper)
        return len(self.row_lowers) - 1
