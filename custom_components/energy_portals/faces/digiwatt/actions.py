"""What can be asked of Digiwatt, and changed there."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from ...portals.contract import Site
from ...portals.digiwatt.client import DigiwattClient
from ...portals.digiwatt.feeds import HABITS_OF
from ...portals.digiwatt.models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    MonthlySplit,
    PowerRow,
    Residents,
)
from ...portals.http.errors import AuthError, InvalidInput, PortalError
from ...portals.model.periods import Period
from ...services.action import Action, AnyAction
from ...services.fields import whole
from ...services.targets import OneSite, SiteRequest

_COUNT: Final = vol.All(whole, vol.Range(min=0))
_AT_LEAST_ONE: Final = vol.All(whole, vol.Range(min=1))
# The account has one site, its supply point.
_SUPPLY_POINT: Final = OneSite(DigiwattClient, Site)


async def _get_consumption(request: SiteRequest[DigiwattClient]) -> JsonObjectType:
    """Return the energy of a period, and the power over it."""
    client, fields = request.client, request.fields
    period: Period = fields["period"]
    split: bool = fields["per_appliance"]
    totals = await client.totals(period)
    rows = await client.consumption(period)
    return {
        "period": period.value,
        "energy": {
            "unit": "Wh",
            "total": totals.total,
            "previous_total": totals.previous_total,
            "change": totals.variation,
            **_split(totals.appliances, split=split),
        },
        "power": {"unit": "W", "rows": [_row(row, split=split) for row in rows]},
    }


def _row(row: PowerRow, *, split: bool) -> JsonObjectType:
    """Return a power row as response data."""
    return {
        "start": row.time.isoformat(),
        "value": row.total,
        **_split(row.appliances, split=split),
    }


def _split(appliances: Mapping[str, float | None], *, split: bool) -> JsonObjectType:
    """Return what appliances have of a total, where it is asked for."""
    return {"appliances": dict(appliances)} if split else {}


async def _get_comparison(request: SiteRequest[DigiwattClient]) -> JsonObjectType:
    """Return the energy of a period beside that of similar homes."""
    period: Period = request.fields["period"]
    told = await request.client.performance(period)
    return {
        "period": period.value,
        "unit": "Wh",
        "lowest": told.lowest,
        "highest": told.highest,
        "own": told.user,
        "position": told.position,
    }


async def _get_consumption_profile(
    request: SiteRequest[DigiwattClient],
) -> JsonObjectType:
    """Return the energy used in each hour of the day."""
    period: Period = request.fields["period"]
    told = await request.client.habits(period)
    return {
        "period": period.value,
        "unit": "Wh",
        "hours": [{"hour": hour, "energy": told.get(hour)} for hour in range(24)],
    }


async def _get_consumption_trend(
    request: SiteRequest[DigiwattClient],
) -> JsonObjectType:
    """Return the energy of twelve months by tariff period."""
    months = await request.client.trend()
    return {
        "unit": "Wh",
        "months": [
            {"month": each.month, "tariff_periods": dict(each.split)} for each in months
        ],
    }


async def _get_consumption_by_appliance(
    request: SiteRequest[DigiwattClient],
) -> JsonObjectType:
    """Return the energy of twelve months by appliance.

    And as the portal compounds it, of months in which that is something else.
    """
    client = request.client
    months = await client.distribution()
    try:
        compound = await client.compound()
    except AuthError:
        raise
    except PortalError:
        # How the two differ is not documented: one of them is enough.
        compound = ()
    known = {each.month: each.split for each in months}
    return {
        "unit": "Wh",
        "months": _by_appliance(months),
        "compound": _by_appliance(
            each for each in compound if known.get(each.month) != each.split
        ),
    }


def _by_appliance(months: Iterable[MonthlySplit]) -> list[JsonValueType]:
    """Return months by appliance as response data."""
    return [{"month": each.month, "appliances": dict(each.split)} for each in months]


async def _set_household(request: SiteRequest[DigiwattClient]) -> None:
    """Describe the home to the portal."""
    fields = request.fields
    residents = Residents(fields["adults"], fields["children"], fields["elderlies"])
    # The portal shows one of three variants of the rule; that one must not be
    # insisted on, but a home in which nobody lives is none of them.
    if not residents.adults + residents.children + residents.elderlies:
        raise InvalidInput("no_residents")
    await request.client.set_household(
        Household(
            house=House(
                fields.get("house_type"),
                fields.get("dimension"),
                fields.get("province"),
            ),
            residents=residents,
            appliances=tuple(
                ApplianceCount(appliance, quantity)
                for appliance, quantity in fields["appliances"].items()
            ),
        )
    )


async def _delete_supply_point(request: SiteRequest[DigiwattClient]) -> None:
    """Remove the supply point at the portal, once its number is typed again."""
    if request.fields["account_number"].strip() != request.client.account_number:
        raise InvalidInput("account_number_differs")
    await request.client.delete_user()


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_consumption",
        reads=True,
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        fields={
            vol.Required("period"): vol.Coerce(Period),
            vol.Optional("per_appliance", default=False): bool,
        },
        handle=_get_consumption,
    ),
    Action(
        name="get_comparison",
        reads=True,
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        fields={vol.Required("period"): vol.Coerce(Period)},
        handle=_get_comparison,
    ),
    Action(
        name="get_consumption_profile",
        reads=True,
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        fields={
            vol.Optional("period", default=HABITS_OF.value): vol.Coerce(Period),
        },
        handle=_get_consumption_profile,
    ),
    Action(
        name="get_consumption_trend",
        reads=True,
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        handle=_get_consumption_trend,
    ),
    Action(
        name="get_consumption_by_appliance",
        reads=True,
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        handle=_get_consumption_by_appliance,
    ),
    Action(
        name="set_household",
        target=_SUPPLY_POINT,
        fields={
            vol.Optional("house_type"): vol.Coerce(HouseType),
            vol.Optional("dimension"): _AT_LEAST_ONE,
            vol.Optional("province"): vol.Match(r"^[A-Z]{2}\Z"),
            vol.Required("adults"): _COUNT,
            vol.Required("children"): _COUNT,
            vol.Required("elderlies"): _COUNT,
            vol.Optional("appliances", default=dict): {
                vol.Coerce(Appliance): _AT_LEAST_ONE
            },
        },
        handle=_set_household,
    ),
    Action(
        name="delete_supply_point",
        admin=True,
        target=_SUPPLY_POINT,
        fields={vol.Required("account_number"): str},
        handle=_delete_supply_point,
    ),
)
