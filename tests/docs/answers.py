"""What actions answer, held to what the documentation promises."""

from collections.abc import Iterator
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


def differences(promised: Any, given: Any, at: str = "answer") -> Iterator[str]:
    """Yield where an answer has other keys, or values of another sort.

    A promised null may be a number: what is not known of some is known of others.
    """
    match promised, given:
        case dict(), dict():
            for key in promised.keys() ^ given.keys():
                yield f"{at}.{key}"
            for key in promised.keys() & given.keys():
                yield from differences(promised[key], given[key], f"{at}.{key}")
        case [row], [_, *_]:
            for each in given:
                yield from differences(row, each, f"{at}[]")
        case list(), _:
            # A list shows one row, and the answer has some.
            yield at
        case _ if _sort(promised) != _sort(given):
            if not (promised is None and _sort(given) == "number"):
                yield f"{at}: {given!r}"


def _sort(value: Any) -> str:
    """Return what sort of thing a value is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    if isinstance(value, str) and _is_time(value):
        return "time"
    return type(value).__name__


def _is_time(text: str) -> bool:
    """Say whether a text is a moment, with its offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
