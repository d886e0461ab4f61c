"""The script that asks a real account, here a simulated one, what can be read of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import pty
import re
import sys
from typing import Any, Final

from aiohttp import web
import pytest

from custom_components.energy_portals.portals.volue import NotificationType
from scripts.probing.portals import PORTALS, probe_of
from tests.sandbox import Fault, Sandbox
from tests.sandbox.epilot import EpilotSandbox
from tests.sandbox.volue import VolueSandbox

ROOT: Final = Path(__file__).parents[2]

# What the sandboxes call the operations that read, or sign in, by POST.
READING_POSTS: Final = {
    "digiwatt": {"token"},
    "esmart": {
        *("authenticate", "consumption", "costs", "comparedwithothers"),
        "asset_consumption",
        *("expenseoverview", "temperatures"),
    },
    "epilot": {
        *("identity", "validateToken", "searchPortalUserEntities"),
        "getMeterReadings",
    },
    "volue": {"token"},
    "autarc": set(),
}
# What only the household of this sandbox has not, or the vendor's sandbox.
MISSING: Final = {
    "epilot": {"allowed_readings"},
    "volue": {"event", "webhook", "webhook_logs", "webhook_log"},
}
NOT_PERSONAL: Final = {"power", "sandbox", "smartliv"}
TYPES: Final = {
    *("array", "boolean", "integer", "not JSON", "null", "number", "object", "string"),
}


@dataclass
class Ended:
    """How a run of the script has ended."""

    code: int | None
    said: str
    complained: str
    file: str = ""
    told: Mapping[str, Any] = field(default_factory=dict)

    def states(self) -> dict[str, str]:
        """Return what came of each operation, by the file."""
        return {name: each["state"] for name, each in self.told["operations"].items()}


def _variables(portal: str, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of what a portal is asked with."""
    names = {each.name for each in probe_of(portal).fields}
    return {
        f"{portal}_{name}".upper(): text
        for name, text in facts.items()
        if name in names
    }


@dataclass
class Probing:
    """Runs the script as a process, where importing Home Assistant fails."""

    sandbox: Sandbox
    folder: Path

    def facts(self, portal: str) -> dict[str, str]:
        """Return what a user would type."""
        facts: Any = self.sandbox.facts()[portal]
        return facts

    async def run(self, portal: str, *options: str, **given: str) -> Ended:
        """Probe the simulated portal, with other answers where they are given."""
        return await self.start(
            (portal, *options), _variables(portal, {**self.facts(portal), **given})
        )

    async def start(
        self, arguments: tuple[str, ...], variables: Mapping[str, str]
    ) -> Ended:
        """Run the script to its end."""
        for absent in ("homeassistant", "voluptuous"):
            (self.folder / f"{absent}.py").write_text("raise ImportError")
        environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(tuple(f"{portal}_".upper() for portal in PORTALS))
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, ROOT / "scripts" / "probe.py", *arguments),
            cwd=self.folder,
            env={
                **environment,
                "PYTHONPATH": f"{self.folder}:{ROOT}",
                **variables,
            },
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        ended = Ended(process.returncode, said.decode(), complained.decode())
        for path in self.folder.glob("energy_portals-*-skeletons.json"):
            ended.file = path.read_text(encoding="utf-8")
            ended.told = json.loads(ended.file)
        return ended


class Answered:
    """Collects the texts in answers that can only be data: those with a number."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    async def __call__(self, request: web.Request, response: web.Response) -> None:
        text = response.text or "null"
        self.texts |= {
            leaf
            for leaf in _leaves(json.loads(text))
            if isinstance(leaf, str) and len(leaf) > 5 and re.search("[0-9]", leaf)
        }


@pytest.fixture
def probing(sandbox: Sandbox, tmp_path: Path) -> Probing:
    """Return what runs the script."""
    return Probing(sandbox, tmp_path)


def _written(sandbox: Sandbox, portal: str) -> list[str | None]:
    """Return the calls that may have changed something."""
    return [
        call.operation
        for call in sandbox.portals[portal].calls
        if call.method != "GET" and call.operation not in READING_POSTS[portal]
    ]


def _leaves(shape: object) -> set[object]:
    """Return all that a shape says of values."""
    if isinstance(shape, dict):
        return {leaf for part in shape.values() for leaf in _leaves(part)}
    if isinstance(shape, list):
        return {leaf for part in shape for leaf in _leaves(part)}
    return {shape}


@pytest.mark.parametrize("portal", PORTALS)
async def test_everything_is_read_and_nothing_written(
    probing: Probing, portal: str
) -> None:
    """Every operation is asked, and what comes of it is said without a value."""
    answered = Answered()
    probing.sandbox.observers.append(answered)

    ended = await probing.run(portal)

    assert ended.code == 0, ended.said + ended.complained
    missing = MISSING.get(portal, set())
    assert ended.states() == {
        name: "missing" if name in missing else "read"
        for name in probe_of(portal).operations
    }
    assert all(name in ended.said for name in probe_of(portal).operations)
    assert _written(probing.sandbox, portal) == []
    assert ended.told["portal"] == portal
    assert ended.told["skeletons"]
    assert _leaves(ended.told["skeletons"]) <= TYPES
    personal = answered.texts | {*_variables(portal, probing.facts(portal)).values()}
    told = ended.said + ended.complained + ended.file
    assert [text for text in personal - NOT_PERSONAL if text in told] == []


@pytest.mark.parametrize(
    ("portal", "operation", "path", "value", "name", "state"),
    [
        *(
            ("digiwatt", "consumption_realtime", "data", {"total": value}, name, state)
            for value, name, state in (
                (-5, "realtime", "refused"),
                ("much", "realtime", "failed"),
            )
        ),
        ("esmart", "spotprices", "", "none", "spot_prices", "failed"),
        ("epilot", "getOutstandingTasks", "tasks", "none", "tasks", "failed"),
        ("volue", "users", "users", "all", "users", "failed"),
        ("autarc", "projects", "0.projectValue", "much", "projects", "refused"),
    ],
)
async def test_what_cannot_be_read_is_named(
    probing: Probing,
    portal: str,
    operation: str,
    path: str,
    value: object,
    name: str,
    state: str,
) -> None:
    """An odd answer ends the script with 1; the report says of which it was."""
    fault = Fault(kind="set", path=path, value=value, times=None)
    probing.sandbox.portals[portal].fail(operation, fault)

    ended = await probing.run(portal)

    assert ended.code == 1
    assert ended.states()[name] == state
    assert any(operation in why for why in ended.told["operations"][name][state])
    assert f"{state}: " in ended.said
    assert operation in ended.told["skeletons"]


@pytest.mark.parametrize(
    ("portal", "body"),
    [("digiwatt", ""), ("digiwatt", "[]"), ("volue", "[null]"), ("autarc", "{}")],
)
async def test_no_answer_ends_it_early(
    probing: Probing, portal: str, body: str
) -> None:
    """What a portal sends is told of, whatever it is."""
    sandbox = probing.sandbox.portals[portal]
    for operation in sandbox.operations():
        if operation != "token":
            sandbox.fail(operation, Fault(kind="raw", body=body, times=None))

    ended = await probing.run(portal)

    assert ended.code in {0, 1}
    assert "Traceback" not in ended.complained
    assert ended.states().keys() == probe_of(portal).operations.keys()


async def test_a_meter_can_be_entered_where_none_can_be_read(probing: Probing) -> None:
    """What a portal says of its contracts may be all that is odd."""
    home: Any = probing.sandbox.portals["esmart"]
    for operation in ("contractdeliverypoints", "contracts"):
        home.fail(operation, Fault(kind="raw", body="{}", times=None))

    without = await probing.run("esmart")
    ended = await probing.run("esmart", meters="1001=M-1001")

    assert without.code == ended.code == 1
    assert without.states()["consumption"] == "missing"
    assert ended.states()["consumption"] == "read"


async def test_words_of_the_portal_are_for_its_user_alone(probing: Probing) -> None:
    """They may name somebody, and so may what was read."""
    said = json.dumps({"Message": "Kari Nordmann has no such meter"})
    fault = Fault(kind="status", status=400, body=said, times=None)
    probing.sandbox.portals["esmart"].fail("contract", fault)
    in_success = Fault(kind="raw", status=200, body=said, times=None)
    probing.sandbox.portals["esmart"].fail("customer", in_success)

    ended = await probing.run("esmart")
    shown = await probing.run("esmart", "--values")

    assert ended.code == shown.code == 1
    assert "Rejected: contract: HTTP 400\n" in ended.said
    assert "Rejected: customer: an error in the answer\n" in ended.said
    assert "Nordmann" not in ended.said + ended.file
    assert "Kari Nordmann has no such meter" in shown.said
    assert "WattMeter(" in shown.said
    assert "WattMeter(" not in ended.said


async def test_links_are_not_printed(probing: Probing) -> None:
    """Whoever has the link to a document has the document."""
    ended = await probing.run("epilot", "--values")

    assert "Preview(" in ended.said
    assert "http" not in ended.said


@pytest.mark.parametrize("status", [403, 404])
async def test_what_an_account_does_not_have_is_no_failure(
    probing: Probing, status: int
) -> None:
    """Few utilities have all that their portal can have."""
    probing.sandbox.portals["esmart"].fail(
        "cars", Fault(kind="status", status=status, times=None)
    )

    ended = await probing.run("esmart")

    assert ended.code == 0
    assert ended.states()["cars"] == "missing"
    assert f"cars: HTTP {status}" in ended.said


async def test_pushes_are_looked_through(probing: Probing) -> None:
    """A partner that is pushed to has webhooks, and a record of deliveries."""
    portal = probing.sandbox.portal(VolueSandbox)
    portal.webhooks.rows["webhook-1"] = {
        "webhookId": "webhook-1",
        "webhookUrl": "https://home.example/api/webhook/0123456789",
        "notificationTypes": [each.value for each in NotificationType],
        "enabled": True,
        "status": "Healthy",
    }
    portal.webhooks.secrets["webhook-1"] = "webhook-secret"
    portal.webhooks.tricks = ["lost"] * 9
    portal.send_cap()

    ended = await probing.run("volue")

    assert ended.code == 0
    assert set(ended.states().values()) == {"read"}, ended.said
    assert _written(probing.sandbox, "volue") == []
    assert "0123456789" not in ended.said + ended.file


async def test_large_answers_leave_their_shape(probing: Probing) -> None:
    """A list of thousands is what cannot be looked through by hand."""
    company: Any = probing.sandbox.portals["autarc"]
    company.actions()["grow"](count=400)

    ended = await probing.run("autarc")

    assert "projectValue" in ended.told["skeletons"]["projects"][0]
    assert len(ended.file) < 100_000


@pytest.mark.parametrize(
    ("portal", "secret"),
    [
        ("digiwatt", "client_secret"),
        ("esmart", "password"),
        ("epilot", "password"),
        ("volue", "client_secret"),
        ("autarc", "api_key"),
    ],
)
async def test_a_refused_login_ends_it_at_once(
    probing: Probing, portal: str, secret: str
) -> None:
    """Trying on could have the login locked."""
    ended = await probing.run(portal, **{secret: "wrong-and-secret"})

    assert ended.code == 1
    assert "AuthError" in ended.said
    assert "wrong-and-secret" not in ended.said + ended.complained + ended.file
    refusals = [c for c in probing.sandbox.portals[portal].calls if c.status != 200]
    assert 1 <= len(refusals) <= 2


async def test_a_code_is_asked_for_where_the_portal_sends_one(
    probing: Probing,
) -> None:
    """A second factor comes after the password."""
    portal = probing.sandbox.portal(EpilotSandbox)
    portal.identity.challenge = "EMAIL_OTP"
    variables = _variables("epilot", probing.facts("epilot"))

    without = await probing.start(("epilot",), variables)
    code = portal.identity.code()
    ended = await probing.start(("epilot",), {**variables, "EPILOT_CODE": code})

    assert without.code == 2
    assert "EPILOT_CODE is not set" in without.complained
    assert ended.code == 0
    assert code not in ended.said + ended.file


async def test_a_login_elsewhere_is_said_to_need_a_browser(probing: Probing) -> None:
    """A terminal is no place to which a browser could be sent back."""
    probing.sandbox.portals["epilot"].fail(
        "getUserEntryPoint",
        Fault(kind="set", path="entry_point", value="SSO", times=None),
    )

    sso = await probing.run("epilot")
    by_key = await probing.run("autarc")

    assert sso.code == 2
    assert "browser" in sso.complained
    assert "browser" in by_key.complained


async def test_digiwatts_paths_can_be_put_right(probing: Probing) -> None:
    """They are assumed; only those that read can be entered."""
    elsewhere = await probing.run("digiwatt", paths="saving=/savings/{account_number}")
    writing = await probing.run("digiwatt", paths="user_create=/user")

    # A path that is not the portal's is something to put right, not something absent.
    assert elsewhere.code == 1
    assert "PathNotFound: saving: HTTP 404 at GET /savings/" in elsewhere.said
    paths = [call.path for call in probing.sandbox.portals["digiwatt"].calls]
    assert f"/savings/{probing.facts('digiwatt')['account_number']}" in paths
    assert writing.code == 2
    assert "user_create" in writing.complained


@pytest.mark.parametrize(
    ("arguments", "changes", "complaint"),
    [
        (("acme",), {}, "invalid choice: 'acme'"),
        (("planner",), {}, "invalid choice: 'planner'"),
        ((), {}, "required: PORTAL"),
        (("esmart",), {"ESMART_PASSWORD": None}, "ESMART_PASSWORD is not set"),
        (("esmart",), {"ESMART_PASSWORD": ""}, "ESMART_PASSWORD is empty"),
        (("esmart",), {"ESMART_AREA": "north"}, "is none of power, net"),
        (("esmart",), {"ESMART_API_URL": "http://a.example"}, "is no https address"),
        (("esmart", "--password", "x"), {}, "unrecognized arguments"),
    ],
)
async def test_wrong_usage(
    probing: Probing,
    arguments: tuple[str, ...],
    changes: dict[str, str | None],
    complaint: str,
) -> None:
    """It ends with 2 before anybody is asked."""
    variables = {**_variables("esmart", probing.facts("esmart")), **changes}
    given = {key: text for key, text in variables.items() if text is not None}

    ended = await probing.start(arguments, given)

    assert ended.code == 2
    assert complaint in ended.complained
    assert probing.sandbox.portals["esmart"].calls == []


async def test_help_names_the_variables(probing: Probing) -> None:
    """Each thing that is asked for can be set beforehand."""
    ended = await probing.start(("--help",), {})

    assert ended.code == 0
    for portal in PORTALS:
        for each in probe_of(portal).fields:
            assert f"{portal}_{each.name}".upper() in ended.said


async def test_secrets_are_not_shown_while_they_are_typed(
    probing: Probing, tmp_path: Path
) -> None:
    """A person at a terminal is asked, and sees all but the secret."""
    facts = probing.facts("digiwatt")
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, ROOT / "scripts" / "probe.py", "digiwatt"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = ""
    for name, prompt in (
        ("api_url", "API address"),
        ("client_id", "Client ID"),
        ("client_secret", "Client secret"),
        ("account_number", "Account number"),
    ):
        shown = await _shown_until(ours, shown, f"{prompt}: ")
        os.write(ours, f"{facts[name]}\n".encode())
    said, _ = await process.communicate()

    assert process.returncode == 0
    assert b"12 read" in said
    assert facts["client_id"] in shown
    assert facts["client_secret"] not in shown


async def _shown_until(terminal: int, shown: str, wanted: str) -> str:
    """Read what a terminal shows until something stands there."""
    while wanted not in shown:
        shown += (await asyncio.to_thread(os.read, terminal, 1024)).decode()
    return shown
