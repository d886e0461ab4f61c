"""What is done by voice with a load, if the user has exposed it."""

from datetime import datetime, time, timedelta
from typing import Final

from homeassistant.components.button.const import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID

from ..account.coordinator import async_refresh_all
from ..account.errors import translated
from ..account.sources import Source, source
from ..account.subentries import async_change_part
from ..portals.model.load_plan import LoadPlan
from ..portals.model.public_holidays import WEEKDAYS
from .answers_loads import runs
from .asking import Asked
from .exposed import DONE, END, START, Means, entity_of, is_exposed

_DAY: Final = timedelta(days=1)


def _load(asked: Asked, means: Means) -> Source[LoadPlan]:
    """Return the one load that is meant and exposed; nothing is guessed."""
    loads = asked.meant(asked.every(LoadPlan))
    if len(loads) > 1:
        names = asked.voice.listed(map(asked.name_of, loads))
        raise asked.refused("which_one", names=names)
    (load,) = loads
    assistant = asked.assistant
    # Who asks without an assistant, as an automation does, is none.
    if assistant is not None and not is_exposed(
        asked.hass, assistant, load.entry, load.site, means
    ):
        raise asked.refused("not_exposed", load=asked.name_of(load))
    return load


async def _press(asked: Asked, load: Source[LoadPlan], means: Means) -> LoadPlan:
    """Press the button of a load, for whoever may; return what became of its plan."""
    await asked.hass.services.async_call(
        BUTTON_DOMAIN,
        SERVICE_PRESS,
        {ATTR_ENTITY_ID: entity_of(asked.hass, load.entry, load.site, means)},
        blocking=True,
        context=asked.context,
    )
    after = source(asked.hass, LoadPlan, load.key)
    return load.data if after is None else after.data


async def run_now(asked: Asked) -> str:
    """Start a load now."""
    load = _load(asked, START)
    plan = await _press(asked, load, START)
    return runs(asked.voice, asked.name_of(load), plan)


async def skip_today(asked: Asked) -> str:
    """Leave a load out until its next day."""
    load = _load(asked, DONE)
    await _press(asked, load, DONE)
    return asked.voice.say("left_out", load=asked.name_of(load))


async def ready_by(asked: Asked) -> str:
    """Have a load ready by a time of day: the next time it is that time, and then."""
    load = _load(asked, END)
    asked.rights.check_entities(load.site.moves)
    part_id, name = load.site.subentry, asked.name_of(load)
    if part_id is None:
        raise asked.refused("failed")
    data = load.entry.subentries[part_id].data
    if data.get("ready_by"):
        raise asked.refused("told_otherwise", load=name)
    wanted = _time(asked)
    at = datetime.combine(asked.voice.today, wanted, asked.voice.zone)
    at = at if at > asked.voice.now else at + _DAY
    # What is told of a day of the week counts before the window's end.
    weekday = f"ready_{WEEKDAYS[at.weekday()]}"
    key = weekday if data.get(weekday) else "end"
    with translated(asked.hass, load.entry):
        async_change_part(asked.hass, load.entry, part_id, {key: wanted.isoformat()})
    await async_refresh_all(load.entry)
    if key == weekday:
        day = asked.voice.weekday(at.weekday())
        return asked.voice.say(
            "ready_on_day", load=name, day=day, time=f"{wanted:%H:%M}"
        )
    return asked.voice.say("ready_from_now", load=name, time=f"{wanted:%H:%M}")


def _time(asked: Asked) -> time:
    """Return the time of day that was said."""
    hour: int = asked.fields["hour"]
    half = asked.fields.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            raise asked.refused("no_such_time")
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, asked.fields.get("minute", 0))
