"""People's names and addresses stay where they belong."""

import json
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.energy_portals.diagnostics import (
    async_get_config_entry_diagnostics,
)
from tests.accounts import act, refresh
from tests.faces.autarc.company import FIRST
from tests.sandbox.autarc import API_KEY, AutarcSandbox
from tests.sandbox.autarc_company import COMPANY
from tests.sandbox.faults import Fault


def _personal(autarc: AutarcSandbox) -> set[str]:
    """Return what of projects and customers may name somebody."""
    found: set[str] = {API_KEY, COMPANY}
    for row in autarc.company.projects.values():
        found |= {row["name"], row["humanId"], row["address"]["addressLine1"]}
    for row in autarc.company.customers.values():
        found |= {row["lastName"], row["email"], row["phoneNumber"]}
        found |= {row["companyName"] or row["email"]}
    return found


async def test_diagnostics(
    hass: HomeAssistant, autarc: AutarcSandbox, loaded: MockConfigEntry
) -> None:
    autarc.fail(
        "projects", Fault(kind="set", path="3.projectValue", value="Herr Ahrens")
    )
    await refresh(hass, loaded, "projects", "customers", "chosen")
    found = await async_get_config_entry_diagnostics(hass, loaded)
    told = json.dumps(found)
    assert not [each for each in _personal(autarc) if each in told]
    assert "Herr Ahrens" not in told
    assert found["refused_values"] == {"projects.projectValue": 1}
    # What a report needs is there: which members an answer has, and of what type.
    assert found["answers"]["project"]["projectValue"] == "number"


async def test_log(
    hass: HomeAssistant,
    autarc: AutarcSandbox,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.energy_portals")
    caplog.clear()
    await refresh(hass, loaded, "projects", "customers", "chosen")
    people = _personal(autarc)
    name = autarc.company.projects[FIRST]["name"]
    body = json.dumps({"message": f"{name} is locked", "statusCode": 400})
    autarc.fail("projects", Fault(kind="status", status=400, body=body))
    autarc.fail("project", Fault(kind="raw", body=f'{{"name": "{name}"}}'))
    await refresh(hass, loaded, "projects", "chosen")
    autarc.fail("project_update", Fault(kind="status", status=400, body=body))
    with pytest.raises(HomeAssistantError):
        await act(hass, "update_project", project_id=FIRST, name="N")
    answer: Any = await act(hass, "get_customers", text="kim")
    assert answer["total"] == 9
    ours = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    ]
    assert ours
    assert not [each for each in people for line in ours if each in line]
