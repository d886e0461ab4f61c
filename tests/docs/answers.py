"""What actions answer, held to what the documentation promises."""

from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from tests.docs.pages import Example


async def ask(hass: HomeAssistant, example: Example) -> Any:
    """Run an action as a script does, and return what it puts into its variable."""
    variable = example.yaml["response_variable"]
    sequence = [example.yaml, {"stop": "done", "response_variable": variable}]
    configuration = {"script": {"asks": {"sequence": sequence}}}
    assert await async_setup_component(hass, "script", configuration)
    return await hass.services.async_call(
        "script", "asks", blocking=True, return_response=True
    )


def is_like(promised: Any, given: Any) -> bool:
    """Say whether an answer has the keys that are promised, and values of their sort.

    A promised null may be a number: what is not known of some is known of others.
    """
    match promised:
        case None:
            return given is None or isinstance(given, int | float)
        case bool():
            return isinstance(given, bool)
        case int() | float():
            return isinstance(given, int | float) and not isinstance(given, bool)
        case dict():
            return given.keys() == promised.keys() and all(
                is_like(value, given[key]) for key, value in promised.items()
            )
        case list():
            (row,) = promised
            return bool(given) and all(is_like(row, each) for each in given)
    return isinstance(given, str) and _is_time(promised) == _is_time(given)


def _is_time(text: str) -> bool:
    """Say whether a text is a moment, with its offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
