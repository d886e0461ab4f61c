"""What each appliance draws over one UTC day: a pure function of seed and day.

A UTC day starts at 01:00 or 02:00 in Italy, when nothing but the fridge runs, so no
run of an appliance has to be carried from one day into the next.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from random import Random
from typing import Final, Protocol
from zoneinfo import ZoneInfo

SLOTS_A_DAY: Final = 96
ZONE: Final = ZoneInfo("Europe/Rome")

type Row = tuple[int, ...]


class Profile(Protocol):
    """How an appliance uses its day."""

    def draw(self, random: Random, month: int, offset: int) -> Row:
        """Return the watts of each quarter-hour of one UTC day."""


@dataclass(frozen=True)
class Cycling:
    """An appliance that switches itself on and off all day."""

    on_watts: int
    off_watts: int
    on_slots: int
    off_slots: int

    def draw(self, random: Random, month: int, offset: int) -> Row:
        """Return alternating watts from a random phase on."""
        period = self.on_slots + self.off_slots
        phase = random.randrange(period)
        return tuple(
            (self.on_watts if (slot + phase) % period < self.on_slots else 0)
            + self.off_watts
            + random.randrange(8)
            for slot in range(SLOTS_A_DAY)
        )


@dataclass(frozen=True, kw_only=True)
class Runs:
    """An appliance that runs a programme, started in windows of local hours."""

    windows: tuple[tuple[float, float], ...]
    watts: Row
    chance: float = 1.0
    months: range = range(1, 13)

    def draw(self, random: Random, month: int, offset: int) -> Row:
        """Return the watts of the runs that the day happens to see."""
        row = [0] * SLOTS_A_DAY
        if month not in self.months:
            return tuple(row)
        for earliest, latest in self.windows:
            if random.random() >= self.chance:
                continue
            first = int((random.uniform(earliest, latest) - offset) * 4)
            for slot, watts in enumerate(self.watts, first):
                if slot < SLOTS_A_DAY:
                    row[slot] += int(watts * random.uniform(0.92, 1.08))
        return tuple(row)


DEFAULT_APPLIANCES: Final = (
    "fridge",
    "boiler",
    "washingMachine",
    "dishwasher",
    "oven",
    "television",
    "inductionCooktop",
)

_OTHER: Final = Runs(windows=((9.0, 20.0),), watts=(300, 300), chance=0.8)

_PROFILES: Final[dict[str, Profile]] = {
    "fridge": Cycling(95, 4, 2, 3),
    "boiler": Runs(
        windows=((5.5, 6.5), (12.5, 14.5), (19.0, 21.0)), watts=(1200, 1200, 700)
    ),
    "washingMachine": Runs(
        windows=((8.5, 17.0),), watts=(1900, 1100, 220, 180, 260, 420), chance=0.45
    ),
    "dishwasher": Runs(
        windows=((20.5, 21.75),), watts=(1700, 300, 90, 90, 1600, 200), chance=0.7
    ),
    "oven": Runs(
        windows=((11.0, 12.5), (18.0, 19.5)), watts=(2100, 1300, 900), chance=0.3
    ),
    "television": Runs(windows=((19.5, 20.5),), watts=(95,) * 11, chance=0.95),
    "inductionCooktop": Runs(
        windows=((12.0, 12.75), (19.0, 20.0)), watts=(1400, 900), chance=0.85
    ),
    "airConditioner": Runs(
        windows=((12.0, 14.0), (20.0, 21.0)), watts=(850,) * 9, months=range(6, 10)
    ),
    "chargingStation": Runs(windows=((19.5, 20.5),), watts=(3600,) * 12, chance=0.5),
    "electricHeater": Runs(windows=((6.0, 7.0), (18.0, 19.0)), watts=(1500,) * 4),
    "electricVehicle": Runs(windows=((19.5, 20.5),), watts=(3600,) * 12, chance=0.5),
    "heatPump": Cycling(1100, 15, 3, 4),
    "microwave": Runs(windows=((7.0, 7.75), (12.0, 20.0)), watts=(380,), chance=0.7),
}


@cache
def local_offset(day: date) -> int:
    """Return by how many hours the local clock leads UTC in the daytime of a day."""
    noon = datetime.combine(day, time(12), UTC).astimezone(ZONE)
    offset = noon.utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 3600


@cache
def appliance_row(seed: int, name: str, day: date) -> Row:
    """Return the watts of one appliance in each quarter-hour of a UTC day."""
    random = Random(f"{seed}/{name}/{day}")
    profile = _PROFILES.get(name, _OTHER)
    return profile.draw(random, day.month, local_offset(day))


@cache
def rest_row(seed: int, day: date) -> Row:
    """Return the watts that no appliance explains: always on, more in the evening."""
    base = 55 + Random(f"{seed}/rest").randrange(40)
    random = Random(f"{seed}/rest/{day}")
    offset = local_offset(day)
    row = []
    for slot in range(SLOTS_A_DAY):
        hour = (slot / 4 + offset) % 24
        lights = 45 if 6.5 <= hour < 8 else 120 if 18 <= hour < 23 else 0
        row.append(base + lights + random.randrange(25))
    return tuple(row)
