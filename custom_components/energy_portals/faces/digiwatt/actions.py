"""What can be asked of Digiwatt, and changed there."""

from typing import Any, Final

import voluptuous as vol

from ...portals.contract import Action, ActionRequest
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
from ...services.fields import whole

_COUNT: Final = vol.All(whole, vol.Range(min=0))
_AT_LEAST_ONE: Final = vol.All(whole, vol.Range(min=1))


async def _get_consumption(
    request: ActionRequest[DigiwattClient],
) -> dict[str, Any]:
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
            **({"appliances": dict(totals.appliances)} if split else {}),
        },
        "power": {"unit": "W", "rows": [_row(row, split=split) for row in rows]},
    }


def _row(row: PowerRow, *, split: bool) -> dict[str, Any]:
    """Return a power row as response data."""
    found = {"start": row.time.isoformat(), "value": row.total}
    return {**found, "appliances": dict(row.appliances)} if split else found


async def _set_household(request: ActionRequest[DigiwattClient]) -> None:
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


async def _delete_supply_point(request: ActionRequest[DigiwattClient]) -> None:
    """Remove the supply point at the portal, once its number is typed again."""
    if request.fields["account_number"].strip() != request.client.account_number:
        raise InvalidInput("account_number_differs")
    await request.client.delete_user()


ACTIONS: Final = (
    Action(
        name="get_consumption",
        fields={
            vol.Required("period"): vol.Coerce(Period),
            vol.Optional("per_appliance", default=False): bool,
        },
        handle=_get_consumption,
        answers=True,
    ),
    Action(
        name="set_household",
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
        fields={vol.Required("account_number"): str},
        handle=_delete_supply_point,
        admin=True,
    ),
)
