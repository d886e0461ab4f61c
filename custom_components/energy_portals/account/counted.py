"""Which entities have statistics of their own from before."""

from collections.abc import Collection

from homeassistant.core import HomeAssistant


async def with_statistics(
    hass: HomeAssistant, entity_ids: Collection[str]
) -> Collection[str]:
    """Return those that the recorder has statistics of; all where it cannot say."""
    # The recorder's own code is there where something is imported.
    from homeassistant.components.recorder.statistics import get_metadata
    from homeassistant.helpers.recorder import get_instance
    from sqlalchemy.exc import SQLAlchemyError

    wanted = set(entity_ids)
    try:
        return await get_instance(hass).async_add_executor_job(
            lambda: get_metadata(hass, statistic_ids=wanted)
        )
    except SQLAlchemyError:
        return wanted
