"""What a load would do and cost at another time, while it is being dragged there."""

from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import (
    ERR_INVALID_FORMAT,
    ERR_NOT_FOUND,
    ERR_NOT_SUPPORTED,
)
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.exceptions import ServiceValidationError
import voluptuous as vol

from ..account.errors import translated
from ..services.call import Call
from ..services.fields import moment
from ..services.rescheduling import LOADS, foreseen
from ..services.rights import Rights
from .websocket import Message


async def preview(rights: Rights, connection: ActiveConnection, msg: Message) -> None:
    """Tell what a load would do; nothing is kept of it."""
    entity_id = msg[ATTR_ENTITY_ID]
    rights.check_entities((entity_id,))
    named: dict[str, object] = {ATTR_ENTITY_ID: entity_id}
    try:
        for key in ("ready_by", "start"):
            if key in msg:
                named[key] = moment(msg[key])
    except vol.Invalid as err:
        connection.send_error(msg["id"], ERR_INVALID_FORMAT, str(err))
        return
    try:
        request = LOADS.find(Call.of(rights, named))
    except ServiceValidationError as err:
        connection.send_error(msg["id"], ERR_NOT_FOUND, str(err))
        return
    try:
        with translated(rights.hass, request.entry):
            plan = await foreseen(request)
    except ServiceValidationError as err:
        connection.send_error(
            msg["id"],
            ERR_NOT_SUPPORTED,
            str(err),
            translation_key=err.translation_key,
            translation_domain=err.translation_domain,
            translation_placeholders=err.translation_placeholders,
        )
        return
    planned = plan.plan
    connection.send_result(
        msg["id"],
        {
            "runs": [
                {
                    "start": run.start.isoformat(),
                    "end": run.end.isoformat(),
                    "power": run.value,
                }
                for run in plan.runs
            ],
            "cost": planned and planned.cost,
            "currency": plan.currency,
            "saving": planned and planned.saving,
            "shortfall": plan.shortfall and plan.shortfall.reason.value,
        },
    )
