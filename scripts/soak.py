"""What is too long for a test, by the name of the run."""

from importlib import import_module
import sys

RUNS = ("faults", "kill", "lived", "month", "optimum", "prices")


def main() -> int:
    """Run what is asked for."""
    name, *words = sys.argv[1:] or [""]
    if name not in RUNS:
        print(f"usage: scripts/soak {'|'.join(RUNS)} [--help]", file=sys.stderr)
        return 2
    # Each has what it stands on in an environment of its own.
    run = import_module(f"soaking.{name}")
    code: int = run.main(words)
    return code


if __name__ == "__main__":
    sys.exit(main())
