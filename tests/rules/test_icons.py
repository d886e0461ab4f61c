"""icons.json: the form that hassfest asks for."""

from itertools import pairwise
import re
from typing import Any, Final

import voluptuous as vol

from tests.rules.source import read_json
from tests.rules.test_strings import key, slug

_ICON: Final = vol.Match(re.compile(r"mdi:[a-z0-9]+(-[a-z0-9]+)*\Z"))


def _number(value: str) -> str:
    """Take the lower end of a range."""
    float(value)
    return value


def _differing(value: dict[str, Any]) -> dict[str, Any]:
    """Take icons of states where each differs from the one of all others."""
    others = {*value.get("state", {}).values(), *value.get("range", {}).values()}
    if value.get("default") in others:
        raise vol.Invalid("the icon of a state is the default one")
    ends = list(map(float, value.get("range", {})))
    if any(upper <= lower for lower, upper in pairwise(ends)):
        raise vol.Invalid("ranges are not ascending")
    return value


_STATES: Final = {
    vol.Required("default"): _ICON,
    vol.Optional("state"): {key: _ICON},
    vol.Optional("range"): {_number: _ICON},
}
ICONS: Final = vol.Schema(
    {
        vol.Required("entity"): {
            slug: {
                key: vol.All(
                    {
                        **_STATES,
                        vol.Optional("state_attributes"): {
                            key: vol.All(_STATES, _differing)
                        },
                    },
                    _differing,
                )
            }
        },
        vol.Optional("services"): {
            slug: {
                vol.Required("service"): _ICON,
                vol.Optional("sections"): {key: _ICON},
            }
        },
        vol.Optional("conditions"): {slug: {vol.Required("condition"): _ICON}},
        vol.Optional("triggers"): {slug: {vol.Required("trigger"): _ICON}},
    }
)


def test_form() -> None:
    """Icons are Material Design's, and a state's differs from the default."""
    ICONS(read_json("icons.json"))
