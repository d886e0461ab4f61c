"""How the benchmark prints figures."""

from collections.abc import Sequence


def table(lines: Sequence[Sequence[str]], left: int) -> str:
    """Return lines in columns; the first ones are set to the left."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if n < left else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


def figure(value: float | None) -> str:
    """Return a figure with three digits that count."""
    if value is None:
        return "-"
    if float(value).is_integer():
        return f"{int(value)}"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
