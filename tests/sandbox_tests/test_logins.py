"""Logins outlive a run of the sandbox, as they outlive a portal's own restart."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import sys

from tests.rules.source import ROOT
from tests.sandbox.autarc import AutarcSandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.server import Sandbox
from tests.sandbox.volue import VolueSandbox


def _signed_in() -> tuple[Sandbox, str, str]:
    """Return a sandbox, and a login at each of two portals."""
    sandbox = Sandbox()
    epilot = sandbox.portal(EpilotSandbox).identity.sign_in()
    autarc = sandbox.portal(AutarcSandbox).sign_in()["refresh_token"]
    return sandbox, epilot, autarc


def test_they_hold() -> None:
    """A later run knows who signed in, and gives nobody the same token."""
    earlier, of_epilot, of_autarc = _signed_in()
    later = Sandbox()
    later.go_on(earlier.logins())
    assert of_epilot in later.logins()["epilot"]
    assert of_autarc in later.logins()["autarc"]
    assert later.portal(AutarcSandbox).sign_in()["refresh_token"] != of_autarc


def test_what_else_goes_on() -> None:
    """A token that has not ended holds as well; events go on being numbered."""
    earlier, later = Sandbox(), Sandbox()
    tibber = earlier.sources["tibber"]
    until = "2026-01-15T13:30:00+00:00"
    tibber.go_on(["refresh", f"access {until}"])
    volue = earlier.portal(VolueSandbox)
    first = volue.events.send({"payloadType": "other"})["id"]
    later.go_on(earlier.logins())
    assert later.sources["tibber"].logins() == ["refresh", f"access {until}"]
    assert later.portal(VolueSandbox).events.send({"payloadType": "x"})["id"] > first
    later.go_on(Sandbox().logins())


def test_an_ended_one_does_not() -> None:
    """What somebody has ended stays so."""
    earlier, of_epilot, _ = _signed_in()
    earlier.portal(EpilotSandbox).identity.revoke(of_epilot)
    assert of_epilot not in earlier.logins()["epilot"]


@asynccontextmanager
async def _run(logins: Path) -> AsyncGenerator[None]:
    """Run the sandbox by its own command until it serves, then end it."""
    command = (sys.executable, "-m", "tests.sandbox", "--logins", str(logins))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    json.loads(await process.stdout.readline())
    yield
    process.terminate()
    assert await process.wait() == 0


async def test_they_are_kept(tmp_path: Path) -> None:
    """The command reads and writes them."""
    kept = tmp_path / "logins.json"
    kept.write_text(json.dumps({"tibber": ["earlier"], "gone": ["nobody's"]}))
    async with _run(kept):
        pass
    logins = json.loads(kept.read_text())
    assert logins["tibber"] == ["earlier"]
    assert "gone" not in logins
