"""What can be asked of Digiwatt, and changed there."""

from collections.abc import Mapping
from typing import Any, Final

import voluptuous as vol

from ...model.periods import Period
from ..base import Action
from ..errors import InvalidInput
from .client import DigiwattClient
from .models import (
    Appliance,
    ApplianceCount,
    House,
    Household,
    HouseType,
    PowerRow,
    Residents,
)


def _whole(value: Any) -> int:
    """Take a whole number; the form's number field gives it as 2.0."""
    number = vol.Coerce(float)(value)
    if isinstance(value, bool) or not number.is_integer():
        raise vol.Invalid("expected a whole number")
    return int(number)


_COUNT: Final = vol.All(_whole, vol.Range(min=0))
_AT_LEAST_ONE: Final = vol.All(_whole, vol.Range(min=1))


async def _get_consumption(
    client: DigiwattClient, fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the energy of a period, and the power over it."""
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


async def _set_household(client: DigiwattClient, fields: Mapping[str, Any]) -> None:
    """Describe the home to the vendor."""
    residents = Residents(fields["adults"], fields["children"], fields["elderlies"])
    # The vendor shows one of three variants of the rule; that one must not be
    # insisted on, but a home in which nobody lives is none of them.
    if not residents.adults + residents.children + residents.elderlies:
        raise InvalidInput("no_residents")
    await client.set_household(
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


async def _delete_supply_point(
    client: DigiwattClient, fields: Mapping[str, Any]
) -> None:
    """Remove the supply point at the vendor, once its number is typed again."""
    if fields["account_number"].strip() != client.account_number:
        raise InvalidInput("account_number_differs")
    await client.delete_user()


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
