"""Triggers and conditions: each is described, in form, in words and with an icon."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    condition as ha_condition,
    selector,
    trigger as ha_trigger,
)
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.energy_portals import condition, trigger
from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.model.price_levels import PriceLevel
from tests.docs.pages import DOCS
from tests.rules.source import INTEGRATION, LANGUAGES, read_json, strings
from tests.rules.test_strings import slug

type Descriptions = Mapping[str, Mapping[str, Any] | None]


@dataclass(frozen=True)
class Sort:
    """Triggers or conditions: how they are offered and what Home Assistant reads."""

    name: str
    icon: str
    offered: Mapping[str, Any]
    read: Callable[[HomeAssistant], Awaitable[Descriptions]]

    @property
    def described(self) -> Mapping[str, Any]:
        """Return what the YAML file says."""
        return load_yaml_dict(str(INTEGRATION / f"{self.name}.yaml"))


TRIGGERS: Final = Sort(
    "triggers", "trigger", trigger.TRIGGERS, ha_trigger.async_get_all_descriptions
)
CONDITIONS: Final = Sort(
    "conditions",
    "condition",
    condition.CONDITIONS,
    ha_condition.async_get_all_descriptions,
)
EACH: Final = pytest.mark.parametrize(
    "sort", [TRIGGERS, CONDITIONS], ids=lambda sort: sort.name
)


def selects() -> list[Mapping[str, Any]]:
    """Return the choices that fields of triggers and conditions offer."""
    return [
        field["selector"]["select"]
        for sort in (TRIGGERS, CONDITIONS)
        for described in sort.described.values()
        for field in described["fields"].values()
        if "select" in field["selector"]
    ]


def _given(value: Any) -> Any:
    """Take anything but nothing."""
    if value is None:
        raise vol.Invalid("empty")
    return value


# What hassfest asks for; here every field has a selector and says if it is needed.
FORM: Final = vol.Schema(
    {
        slug: {
            vol.Required("target"): selector.TargetSelector.CONFIG_SCHEMA,
            vol.Required("fields"): {
                slug: {
                    vol.Required("required"): bool,
                    vol.Required("selector"): selector.validate_selector,
                    vol.Optional("default"): _given,
                    vol.Optional("example"): _given,
                }
            },
        }
    }
)


@EACH
def test_form(sort: Sort) -> None:
    """The YAML file has the form that hassfest asks for."""
    FORM(sort.described)


@EACH
def test_target_is_this_integration(sort: Sort) -> None:
    """The editor offers only what can match."""
    for key, described in sort.described.items():
        specs = sort.offered[key]._domain_specs
        assert described["target"] == {
            "entity": [{"integration": DOMAIN, "domain": str(each)} for each in specs]
        }


@EACH
def test_all_are_described(sort: Sort) -> None:
    """What is offered is described, has an icon, and nothing else does."""
    assert sorted(sort.described) == sorted(sort.offered)
    icons = read_json("icons.json")[sort.name]
    assert sorted(icons) == sorted(sort.offered)
    assert all(list(icon) == [sort.icon] for icon in icons.values())


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_words(sort: Sort, language: str) -> None:
    """Each has words for its fields in every language, and no others have."""
    words = strings(language)[sort.name]
    assert sorted(words) == sorted(sort.offered)
    for key, described in sort.described.items():
        assert sorted(words[key]["fields"]) == sorted(described["fields"]), key


@EACH
def test_fields_are_those_that_are_taken(sort: Sort) -> None:
    """The schema takes the fields that are offered, as needed and by default."""
    for key, described in sort.described.items():
        schema = sort.offered[key]._schema.schema
        (options,) = (schema[each] for each in schema if str(each) == "options")
        taken = {str(marker): marker for marker in options}
        assert sorted(taken) == sorted(described["fields"]), key
        for name, field in described["fields"].items():
            if not callable(default := taken[name].default):
                continue
            assert default() == field["default"], (key, name)


def test_choices_are_taken() -> None:
    """The levels that can be chosen are those that there are."""
    for select in selects():
        assert select["options"] == [level.value for level in PriceLevel]
        words = strings()["selector"][select["translation_key"]]["options"]
        assert list(words) == select["options"]


@EACH
async def test_home_assistant_reads_them(hass: HomeAssistant, sort: Sort) -> None:
    """Home Assistant finds them, with their fields, once the integration is there."""
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.async_block_till_done()
    read = await sort.read(hass)
    described = {key: each for key, each in read.items() if key.startswith(DOMAIN)}
    assert sorted(described) == sorted(f"{DOMAIN}.{key}" for key in sort.offered)
    for key, each in described.items():
        assert each is not None
        assert each["fields"].keys() == (
            sort.described[key.removeprefix(f"{DOMAIN}.")]["fields"].keys()
        )


PAGE: Final = (DOCS / "reference" / "triggers.md").read_text(encoding="utf-8")


@EACH
def test_documented(sort: Sort) -> None:
    """The documentation has each with its fields, and names no others."""
    (section,) = re.findall(
        rf"^## {sort.name}$(.*?)(?=^## |\Z)",
        PAGE,
        re.DOTALL | re.IGNORECASE | re.MULTILINE,
    )
    named, *parts = re.split(rf"^### `{DOMAIN}\.(\w+)`$", section, flags=re.MULTILINE)
    assert not named.strip()
    described = dict(zip(parts[::2], parts[1::2], strict=True))
    assert sorted(described) == sorted(sort.offered)
    for key, words in described.items():
        fields = re.findall(r"^\| `(\w+)` \|", words, re.MULTILINE)
        assert sorted(fields) == sorted(sort.described[key]["fields"]), key
