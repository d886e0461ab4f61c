"""A secret goes to no address that was not asked first, whichever portal it is of."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.energy_portals.const import DOMAIN
from tests.sandbox.faults import Fault, brings_a_login
from tests.sandbox.server import Sandbox

# The steps to the form that has the addresses, and its fields.
FORMS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "digiwatt": (
        ("digiwatt",),
        ("client_id", "client_secret", "account_number"),
        ("api_url",),
    ),
    "esmart": (("esmart",), ("api_url", "user_name", "password", "area"), ()),
    "epilot": (
        ("epilot",),
        ("domain", "email", "password"),
        ("api_url", "metering_url", "identity_url"),
    ),
    "volue": (
        ("volue",),
        ("client_id", "client_secret", "environment"),
        ("api_url", "token_url"),
    ),
    "autarc": (("autarc", "autarc_key"), ("api_key",), ("api_url",)),
}
SECRETS: Final = ("client_secret", "password", "api_key")


@pytest.mark.parametrize("key", FORMS)
@pytest.mark.parametrize(
    ("fault", "errors"),
    [
        # epilot's portals are known by their host.
        (
            Fault(kind="html", times=None),
            {"not_a_portal", "unexpected_response"},
        ),
        (
            Fault(kind="status", status=404, times=None),
            {"not_a_portal", "unknown_portal"},
        ),
        (
            Fault(kind="status", status=301, times=None),
            {"not_a_portal", "unexpected_response"},
        ),
        (Fault(kind="reset", times=None), {"cannot_connect"}),
    ],
    ids=["pages", "nothing there", "redirects", "nobody"],
)
async def test_what_is_no_portal_gets_no_secret(
    hass: HomeAssistant, sandbox: Sandbox, key: str, fault: Fault, errors: set[str]
) -> None:
    brought: list[str] = []

    async def observe(request: Any, response: object) -> None:
        body = (await request.read()).decode()
        if await brings_a_login(request) or any(each in body for each in secrets):
            brought.append(request.path)

    sandbox.observers.append(observe)
    steps, fields, advanced = FORMS[key]
    facts: Any = sandbox.facts()[key]
    secrets = [facts[each] for each in SECRETS if each in fields]
    sandbox.portals[key].fail("*", fault)
    flow = hass.config_entries.flow
    result = await flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    for step in steps:
        result = await flow.async_configure(result["flow_id"], {"next_step_id": step})
    form = {each: facts[each] for each in fields}
    shown = result["data_schema"]
    assert shown is not None
    if "advanced" in shown.schema:
        form["advanced"] = {each: facts[each] for each in advanced}
    result = await flow.async_configure(result["flow_id"], form)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] and set(result["errors"].values()) <= errors
    assert not brought
    # Once it answers as itself, the same form leads on.
    sandbox.portals[key].heal()
    result = await flow.async_configure(result["flow_id"], form)
    assert not result.get("errors")
    await hass.async_block_till_done(wait_background_tasks=True)
