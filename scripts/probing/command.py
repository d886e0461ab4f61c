"""The command: what it takes, what it says, what it writes and how it ends."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
import sys
from typing import Final

from custom_components.energy_portals.portals import PORTALS as LIBRARY, InvalidInput
from custom_components.energy_portals.portals.http.client import HttpClient
from custom_components.energy_portals.portals.portal import AnyPortal

from .asking import Asking, WrongUsage, variable
from .noting import Outcome
from .portals import PORTALS, Probe, probe_of
from .reading import reading_session
from .report import is_complete, lines, skeletons
from .run import Findings, Run

ALL_READ: Final = 0
NOT_ALL_READ: Final = 1
WRONG_USAGE: Final = 2
# What is shorter is part of many words.
LEAST_SECRET: Final = 4

_ABOUT: Final = """\
Ask a real account all that the integration reads, without Home Assistant. Prints what
was read, what was refused, what failed, and what the portal does not have for this
account; writes a file of names and types, without a value, to attach to an issue.
Nothing is written at the portal.

Ends with 0 when all was read, with 1 when something was refused or failed, with 2 for
wrong usage."""


def main() -> int:
    """Probe an account; returns the exit code."""
    options = _options()
    probe = probe_of(options.portal)
    asking = Asking(options.portal)
    if probe.note:
        print(probe.note, file=sys.stderr)
    try:
        given = asking.ask_all(probe.fields)
        findings = asyncio.run(
            _probed(LIBRARY[options.portal](), probe, given, asking, options.values)
        )
    except (WrongUsage, InvalidInput) as error:
        print(f"scripts/probe: {error}", file=sys.stderr)
        return WRONG_USAGE
    except EOFError, KeyboardInterrupt:
        print("\nscripts/probe: given up", file=sys.stderr)
        return WRONG_USAGE
    _tell(findings, options, asking.secrets)
    return ALL_READ if is_complete(findings) else NOT_ALL_READ


def _options() -> argparse.Namespace:
    """Return what the command was called with."""
    variables = (
        f"  {variable(portal, field):26} {field.prompt}"
        for portal in PORTALS
        for field in probe_of(portal).fields
    )
    parser = argparse.ArgumentParser(
        prog="scripts/probe",
        description=_ABOUT,
        epilog="\n".join(("what is asked for may also be set as:", *variables)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("portal", metavar="PORTAL", choices=PORTALS)
    parser.add_argument(
        "--values", action="store_true", help="print what was read; not to be posted"
    )
    return parser.parse_args()


async def _probed(
    portal: AnyPortal,
    probe: Probe,
    given: Mapping[str, str],
    asking: Asking,
    in_words: bool,
) -> Findings:
    """Sign in, and ask for everything."""
    # Nobody waits for the event loop here, and every answer leaves its shape.
    HttpClient.decode_inline = HttpClient.body_limit
    findings = Findings()
    async with reading_session(probe.posts(given)) as session:
        try:
            client = await probe.connect(session, given, asking.ask)
            run = Run(portal, probe, client, findings, in_words=in_words)
            await run.ask_everything(given)
        except InvalidInput, WrongUsage, EOFError:
            raise
        except Exception as error:  # noqa: BLE001  # it is told, whatever it is
            outcome = findings.operations.setdefault("signing in", Outcome())
            outcome.fail(error, in_words=in_words, is_needed=True)
    return findings


def _tell(findings: Findings, options: argparse.Namespace, secrets: list[str]) -> None:
    """Print the report, and write the file."""
    name = LIBRARY[options.portal]().name
    for line in lines(findings, name, with_values=options.values):
        print(_without(secrets, line))
    path = Path(f"energy_portals-{options.portal}-skeletons.json")
    text = _without(secrets, skeletons(findings, options.portal))
    path.write_text(text, encoding="utf-8")
    print(f"Names and types of all answers, without a value: {path}")
    if options.values:
        print("The values above are yours alone: attach the file, and not those.")


def _without(secrets: list[str], text: str) -> str:
    """Return a text without what was typed as a secret."""
    for secret in (each for each in secrets if len(each) >= LEAST_SECRET):
        text = text.replace(secret, "**")
    return text
