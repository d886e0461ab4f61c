"""Issue forms: what GitHub takes, and what the integration leads to."""

from pathlib import Path
from typing import Any, Final

import pytest
import voluptuous as vol
import yaml

from custom_components.energy_portals.account.unread import FORM
from tests.rules.source import FACES, PORTALS, ROOT, read_json

FOLDER: Final = ROOT / ".github" / "ISSUE_TEMPLATE"
CONFIG: Final = FOLDER / "config.yml"
FORMS: Final = sorted(path for path in FOLDER.glob("*.yml") if path != CONFIG)

_TEXT: Final = vol.All(str, vol.Length(min=1))
_ID: Final = vol.Match(r"[A-Za-z0-9_-]+$")
_SAID: Final = {vol.Required("label"): _TEXT, vol.Optional("description"): _TEXT}
_FILLED_IN: Final = {
    **_SAID,
    vol.Optional("placeholder"): _TEXT,
    vol.Optional("value"): _TEXT,
}
_CHOSEN: Final = {
    **_SAID,
    vol.Required("options"): vol.All([_TEXT], vol.Length(min=1), vol.Unique()),
    vol.Optional("multiple"): bool,
    vol.Optional("default"): int,
}
_TICKED: Final = {
    **_SAID,
    vol.Required("options"): [
        {vol.Required("label"): _TEXT, vol.Optional("required"): bool}
    ],
}


def _element(kind: str, attributes: dict[Any, Any]) -> dict[Any, Any]:
    """Return the schema of an element that is filled in."""
    return {
        vol.Required("type"): kind,
        vol.Optional("id"): _ID,
        vol.Required("attributes"): attributes,
        vol.Optional("validations"): {vol.Optional("required"): bool},
    }


# As GitHub documents it: "Syntax for GitHub's form schema".
_BODY: Final = vol.Any(
    {
        vol.Required("type"): "markdown",
        vol.Required("attributes"): {vol.Required("value"): _TEXT},
    },
    _element("input", _FILLED_IN),
    _element("textarea", {**_FILLED_IN, vol.Optional("render"): _TEXT}),
    _element("dropdown", _CHOSEN),
    _element("checkboxes", _TICKED),
)
SCHEMA: Final = vol.Schema(
    {
        vol.Required("name"): _TEXT,
        vol.Required("description"): _TEXT,
        vol.Optional("title"): _TEXT,
        vol.Optional("labels"): [_TEXT],
        vol.Optional("assignees"): [_TEXT],
        vol.Optional("projects"): [_TEXT],
        vol.Optional("type"): _TEXT,
        vol.Required("body"): [_BODY],
    }
)
CONFIG_SCHEMA: Final = vol.Schema(
    {
        vol.Optional("blank_issues_enabled"): bool,
        vol.Optional("contact_links"): [
            {
                vol.Required("name"): _TEXT,
                vol.Required("url"): vol.Url(),
                vol.Required("about"): _TEXT,
            }
        ],
    }
)


def read(path: Path) -> Any:
    """Return what a form holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", FORMS, ids=_name)
def test_form(path: Path) -> None:
    """GitHub shows a form only if all of it is right."""
    form = SCHEMA(read(path))
    filled_in = [each for each in form["body"] if each["type"] != "markdown"]
    assert filled_in
    ids = [each["id"] for each in filled_in if "id" in each]
    labels = [each["attributes"]["label"] for each in filled_in]
    assert len(ids) == len(set(ids))
    assert len(labels) == len(set(labels))


def test_configuration() -> None:
    """It links to where this project is."""
    for link in CONFIG_SCHEMA(read(CONFIG)).get("contact_links", []):
        assert link["url"].startswith(read_json("manifest.json")["documentation"])


def test_what_a_repair_leads_to() -> None:
    """It is there, and asks for the file that the repair names."""
    form = read(FOLDER / FORM)
    by_id = {each.get("id"): each for each in form["body"]}
    assert "diagnostics" in by_id["file"]["attributes"]["description"]
    assert by_id["file"]["validations"] == {"required": True}
    names = {PORTALS[key].name for key in FACES}
    assert set(by_id["portal"]["attributes"]["options"]) == names - {"Energy Portals"}
