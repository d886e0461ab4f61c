"""What can be asked of Digiwatt, and changed there."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import SupportsResponse
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.contract import Site
from ...portals.digiwatt.client import DigiwattClient
from ...portals.digiwatt.models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    PowerRow,
    Residents,
)
from ...portals.http.errors import InvalidInput
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
        response=SupportsResponse.ONLY,
        target=_SUPPLY_POINT,
        fields={
            vol.Required("period"): vol.Coerce(Period),
            vol.Optional("per_appliance", default=False): bool,
        },
        handle=_get_consumption,
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
