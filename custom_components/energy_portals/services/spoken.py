"""How an answer is said: amounts, times and prices in words of a language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from homeassistant.const import MATCH_ALL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ..account.house import HouseSources
from ..const import DOMAIN
from ..portals.model.public_holidays import WEEKDAYS

_WORDS: Final = f"component.{DOMAIN}.common.assist_"
_ERRORS: Final = f"component.{DOMAIN}.exceptions."
_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SOON: Final = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The words of a language, at a time and in the zone of a house."""

    language: str
    words: Mapping[str, str]
    now: datetime
    zone: ZoneInfo

    @classmethod
    async def of(cls, hass: HomeAssistant, language: str) -> Self:
        """Return the words of a language; English where there are none."""
        wanted = hass.config.language if language == MATCH_ALL else language
        # There are no texts of a country's own.
        language = wanted.partition("-")[0]
        words: dict[str, str] = {}
        for category in ("common", "exceptions"):
            words |= await async_get_translations(hass, language, category, {DOMAIN})
        return cls(
            language=language,
            words=words,
            now=dt_util.utcnow(),
            zone=HouseSources(hass).zone,
        )

    @property
    def today(self) -> date:
        """Return the house's day."""
        return self.now.astimezone(self.zone).date()

    def say(self, key: str, **parts: str) -> str:
        """Return a text with its parts."""
        return self.words[f"{_WORDS}{key}"].format(**parts)

    def error(self, key: str | None) -> str | None:
        """Return what an error of ours says, None of one with words of its own."""
        text = self.words.get(f"{_ERRORS}{key}.message")
        return None if text is None or "{" in text else text

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as it is said."""
        # What rounds to nothing has no sign.
        rounded = round(value, digits) + 0.0
        return f"{rounded:.{digits}f}".replace(".", self.say("decimal"))

    def energy(self, kwh: float) -> str:
        """Return an amount of energy, kWh."""
        return self.say("energy", amount=self.number(kwh, 1))

    def money(self, amount: float, currency: str) -> str:
        """Return an amount of money."""
        unit = self._unit("major", currency) or currency
        return self.say("money", amount=self.number(amount, 2), unit=unit)

    def price(self, amount: float, currency: str) -> str:
        """Return a price per kWh, in cents and the like where they have a name."""
        if (unit := self._unit("minor", currency)) is not None:
            return self.say("price", amount=self.number(100 * amount, 1), unit=unit)
        unit = self._unit("major", currency) or currency
        return self.say("price", amount=self.number(amount, 3), unit=unit)

    def _unit(self, which: str, currency: str) -> str | None:
        """Return what a currency or its hundredth is called."""
        return self.words.get(f"{_WORDS}{which}_{currency.lower()}")

    def clock(self, moment: datetime) -> str:
        """Return the house's time of day."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def when(self, moment: datetime) -> str:
        """Return a moment by the house's day and time."""
        day = moment.astimezone(self.zone).date()
        return self._dated("at", day, time=self.clock(moment))

    def until(self, moment: datetime) -> str:
        """Return until when, with the day where that is not clear."""
        is_soon = moment - self.now < _SOON
        return self.clock(moment) if is_soon else self.when(moment)

    def weekday(self, number: int) -> str:
        """Return the name of a day of the week, 0 for Monday."""
        return self.say(f"weekday_{WEEKDAYS[number]}")

    def span(self, start: datetime, end: datetime) -> str:
        """Return a span by the house's day and times."""
        first, last = (each.astimezone(self.zone).date() for each in (start, end))
        if last <= first + _DAY:
            begin, until = self.clock(start), self.clock(end)
            return self._dated("span", first, start=begin, end=until)
        return self.say("from_to", start=self.when(start), end=self.when(end))

    def day(self, day: date) -> str:
        """Return a day."""
        return self._dated("day", day)

    def _dated(self, form: str, day: date, **parts: str) -> str:
        """Return a form of a day: today, tomorrow, one of this week, or its date."""
        if day in (self.today, self.today + _DAY):
            near = "today" if day == self.today else "tomorrow"
            return self.say(f"{form}_{near}", **parts)
        if self.today < day < self.today + _WEEK:
            name = self.weekday(day.weekday())
            return self.say(f"{form}_weekday", day=name, **parts)
        month = self.say(f"month_{day.month}")
        name = self.say("date", day=str(day.day), month=month)
        return self.say(f"{form}_date", day=name, **parts)

    def listed(self, names: Iterable[str]) -> str:
        """Return names one after the other."""
        *others, last = names
        return self.say("and", first=", ".join(others), last=last) if others else last
