"""The answers to what is asked by voice, each in one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized

from ..const import DOMAIN
from ..portals.http.errors import InvalidInput
from ..portals.model.dues import Due, Dues
from ..portals.model.green import GreenOutlook
from ..portals.model.ledger import CONSUMPTION, COST, KWH
from ..portals.model.ledger_days import Ledger
from ..portals.model.periods import midnight
from ..portals.model.price_days import PriceOutlook
from .answers_loads import ready_time, run_time
from .asked import Question, Refused
from .asking import Asked
from .call import Given
from .orders import ready_by, run_now, skip_today
from .planning import best_window
from .rights import Rights
from .spoken import Voice
from .windows import Ground

_DAY: Final = timedelta(days=1)
# More would not be listened to.
_SAID: Final = 5

type Answering = Callable[[Asked], Awaitable[str]]


async def async_answer(
    hass: HomeAssistant,
    question: Question,
    fields: Given,
    *,
    language: str,
    context: Context,
    assistant: str | None,
) -> str:
    """Return the answer; raises Refused with why there is none."""
    voice = await Voice.of(hass, language)
    try:
        asked = Asked(
            hass=hass,
            context=context,
            assistant=assistant,
            voice=voice,
            fields=fields,
            rights=await Rights.of(hass, context, reads=not question.acts),
        )
        return await ANSWERS[question.key](asked)
    except Unauthorized:
        raise Refused(voice.say("not_allowed")) from None
    except InvalidInput as err:
        raise Refused(voice.error(err.key) or voice.say("failed")) from None
    except HomeAssistantError as err:
        key = err.translation_key if err.translation_domain == DOMAIN else None
        raise Refused(voice.error(key) or voice.say("failed")) from None


# --- prices and green time ----------------------------------------------------------


async def _cheapest_time(asked: Asked) -> str:
    """Say when electricity is cheapest, of each source of prices."""
    priced = asked.meant(asked.every(PriceOutlook))
    return asked.of_each([(each, await _cheapest(asked, each.data)) for each in priced])


async def _cheapest(asked: Asked, outlook: PriceOutlook) -> str:
    """Say when one source of prices is cheapest, found as an action finds it."""
    voice, zone = asked.voice, asked.voice.zone
    minutes: int = asked.fields.get("minutes", 60)
    day, fields = asked.fields.get("day"), {**_AN_HOUR}
    fields["duration"] = timedelta(minutes=minutes)
    tomorrow = midnight(voice.today + _DAY, zone)
    if day == "tomorrow":
        fields["earliest"] = tomorrow
    elif day == "today":
        fields["deadline"] = tomorrow
    try:
        best = await asked.hass.async_add_executor_job(
            best_window, Ground.of(outlook), fields, zone
        )
    except InvalidInput:
        return voice.say("prices_unknown")
    start, end = (datetime.fromisoformat(str(best[key])) for key in ("start", "end"))
    # A kW for its time costs its mean price for each hour of it.
    mean = float(str(best["cost"])) / (minutes / 60)
    price = voice.price(mean, outlook.shown.currency)
    if start <= voice.now:
        return voice.say("cheapest_now", end=voice.until(end), price=price)
    slot = outlook.at(voice.now)
    span = voice.span(start, end)
    if slot is None:
        return voice.say("cheapest", span=span, price=price)
    now = voice.price(slot.value.value, outlook.shown.currency)
    return voice.say("cheapest_and_now", span=span, price=price, now=now)


_AN_HOUR: Final[Mapping[str, object]] = {
    "power": 1.0,
    "shape": "contiguous",
    "objective": "price",
    "worth": 0.0,
}


async def _green_now(asked: Asked) -> str:
    """Say whether it is green now, of each source of green windows."""
    told = asked.meant(asked.every(GreenOutlook))
    return asked.of_each((each, _green(asked.voice, each.data)) for each in told)


def _green(voice: Voice, outlook: GreenOutlook) -> str:
    """Say whether it is green by one source."""
    now, share = voice.now, outlook.share_at(voice.now)
    is_green, coming = outlook.is_green(now), outlook.upcoming(now)
    window = outlook.windows.at(now)
    if window is not None:
        answer = voice.say("green_until", end=voice.until(window.end))
    elif is_green is None:
        answer = voice.say("green_unknown")
    elif coming is not None:
        answer = voice.say("green_next", span=voice.span(coming.start, coming.end))
    else:
        answer = voice.say("not_green")
    if share is None:
        return answer
    return voice.say("with_share", answer=answer, share=voice.number(share))


# --- money --------------------------------------------------------------------------

_AMOUNTS: Final[Mapping[str, Callable[[Ledger, str, datetime], float | None]]] = {
    "today": Ledger.amount_today,
    "yesterday": Ledger.yesterday,
    "this_month": Ledger.this_month,
    "last_month": Ledger.last_month,
}


async def _spent(asked: Asked) -> str:
    """Say what energy cost in a period, of each site with a history of it."""
    metered = [
        each
        for each in asked.every(Ledger)
        if any(_is_counted(each.data, key) for key in (CONSUMPTION, COST))
    ]
    told = asked.meant(metered)
    return asked.of_each((each, _amounts(asked, each.data)) for each in told)


def _is_counted(ledger: Ledger, key: str) -> bool:
    """Say whether a site has a series of energy, or of its money; gas is neither."""
    used = ledger.by_series.get(CONSUMPTION)
    if used is not None and used.series.unit != KWH:
        return False
    return key in ledger.by_series


def _amounts(asked: Asked, ledger: Ledger) -> str:
    """Say what was used and what it cost."""
    voice, period = asked.voice, asked.fields["period"]
    amount = _AMOUNTS[period]
    used, cost = (amount(ledger, key, voice.now) for key in (CONSUMPTION, COST))
    name = voice.say(f"period_{period}")
    energy = None if used is None else voice.energy(used)
    if cost is not None:
        money = voice.money(cost, ledger.by_series[COST].series.unit)
        if energy is None:
            return voice.say("spent", period=name, cost=money)
        return voice.say("spent_for", period=name, cost=money, energy=energy)
    if energy is not None:
        return voice.say("used", period=name, energy=energy)
    return voice.say("spent_unknown", period=name)


async def _due(asked: Asked) -> str:
    """Say what is due, without whose it is."""
    told = [each.data for each in asked.every(Dues)]
    if not told:
        raise asked.refused("nothing_known")
    dues = sorted((due for each in told for due in each.dues), key=lambda due: due.day)
    if dues:
        said = [_said(asked.voice, due) for due in dues[:_SAID]]
        if (left := len(dues) - _SAID) > 0:
            said.append(asked.voice.say("more", count=str(left)))
        return asked.voice.say("due", dues=asked.voice.listed(said))
    is_whole = all(each.is_whole for each in told)
    return asked.voice.say("nothing_due" if is_whole else "nothing_known")


def _said(voice: Voice, due: Due) -> str:
    """Say what is due, and when."""
    what, day = voice.say(f"sort_{due.sort.value}"), voice.day(due.day)
    if due.amount is None or due.currency is None:
        return voice.say("due_one", what=what, day=day)
    money = voice.money(due.amount, due.currency)
    return voice.say("due_amount", what=what, day=day, amount=money)


ANSWERS: Final[Mapping[str, Answering]] = {
    "cheapest_time": _cheapest_time,
    "run_time": run_time,
    "ready_time": ready_time,
    "spent": _spent,
    "green_now": _green_now,
    "due": _due,
    "run_now": run_now,
    "ready_by": ready_by,
    "skip_today": skip_today,
}
