"""How amounts, prices and times are said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest

from custom_components.energy_portals.services.spoken import Voice
from tests.languages import SPOKEN, Spoken

# 23:30 on a Friday in Rome.
NOW = datetime(2026, 10, 23, 21, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _now(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Live on one evening before the clocks go back."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone("Europe/Rome")


_ENGLISH = SPOKEN["en"]


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        *SPOKEN.items(),
        ("de-CH", SPOKEN["de"]),
        # A language without texts is answered in English.
        # And so is who does not say which, here.
        ("*", _ENGLISH),
        ("is", _ENGLISH),
    ],
)
async def test_money(hass: HomeAssistant, language: str, spoken: Spoken) -> None:
    """Prices are in cents, with the language's comma; amounts in its euros."""
    voice = await Voice.of(hass, language)
    assert voice.price(0.2834, "EUR") == spoken.price
    assert voice.money(1234.5, "EUR") == spoken.money


async def test_money_of_others(hass: HomeAssistant) -> None:
    """A currency without a name is said by its code, in its main unit."""
    voice = await Voice.of(hass, "en")
    assert voice.price(0.2834, "CZK") == "0.283 CZK per kilowatt hour"
    assert voice.money(3, "CZK") == "3.00 CZK"
    assert voice.price(-0.004, "EUR") == "-0.4 cents per kilowatt hour"
    assert voice.price(-0.0004, "EUR") == "0.0 cents per kilowatt hour"
    assert voice.energy(12.34) == "12.3 kilowatt hours"


@pytest.mark.parametrize("language", SPOKEN)
async def test_money_has_a_name(hass: HomeAssistant, language: str) -> None:
    """The currencies of the languages are said by name, and not by their code."""
    voice = await Voice.of(hass, language)
    for currency in ("EUR", "NOK", "SEK", "DKK", "PLN"):
        assert currency not in voice.money(2.5, currency)
        assert currency not in voice.price(0.25, currency)


async def test_times(hass: HomeAssistant) -> None:
    """Times are the house's, by the day as people say it, also over the change."""
    voice = await Voice.of(hass, "en")
    assert voice.zone == ZoneInfo("Europe/Rome")
    hour = timedelta(hours=1)
    assert voice.when(NOW) == "today at 23:30"
    assert voice.when(NOW + hour) == "tomorrow at 00:30"
    # Twice it is half past two, and then half past three.
    assert voice.when(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == (
        "on Sunday at 02:30"
    )
    assert voice.when(NOW + 7 * 24 * hour) == "on October 30 at 22:30"
    assert voice.when(NOW - 24 * hour) == "on October 22 at 23:30"
    assert voice.until(NOW + 2 * hour) == "01:30"
    assert voice.until(NOW + 13 * hour) == "tomorrow at 12:30"
    assert voice.span(NOW, NOW + hour) == "today from 23:30 to 00:30"
    late = NOW + 72 * hour
    assert voice.span(NOW, late) == "from today at 23:30 until on Monday at 22:30"


@pytest.mark.parametrize("language", SPOKEN)
async def test_days(hass: HomeAssistant, language: str) -> None:
    """Each language has a word for each day."""
    voice = await Voice.of(hass, language)
    days = [voice.day(date(2026, 10, 23) + timedelta(days=n)) for n in range(-1, 9)]
    assert len(set(days)) == len(days)


async def test_lists(hass: HomeAssistant) -> None:
    """Names are said one after the other."""
    voice = await Voice.of(hass, "de")
    assert voice.listed(["a"]) == "a"
    assert voice.listed(["a", "b", "c"]) == "a, b und c"
    assert voice.error("no_such_error") is None
    assert voice.error("window_too_short") is not None
    # What has places to fill is not said.
    assert voice.error("cannot_connect") is None
