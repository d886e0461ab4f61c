"""What a user may see and change of accounts: by the rights to their entities."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import (
    CAT_ENTITIES,
    POLICY_CONTROL,
    POLICY_READ,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..entities.entity import PortalEntity


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What whoever asks may do: see what there is (`reads`), or control it.

    Without a user, as automations ask, there is nothing that is not allowed.
    """

    hass: HomeAssistant
    user: User | None
    reads: bool

    @classmethod
    async def of(cls, hass: HomeAssistant, context: Context, *, reads: bool) -> Self:
        """Return what the user of a context may do; UnknownUser if there is none."""
        user = None
        if context.user_id is not None:
            user = await hass.auth.async_get_user(context.user_id)
            if user is None:
                raise UnknownUser(context=context)
        return cls(hass=hass, user=user, reads=reads)

    def check_any(self) -> None:
        """Raise Unauthorized for whoever has no right to any entity of any account."""
        accounts = self.hass.config_entries.async_entries(DOMAIN)
        if not self._has_all and not any(
            self._may(each) for entry in accounts for each in self._entities(entry)
        ):
            raise self._refusal()

    def check(self, entries: Iterable[ConfigEntry]) -> None:
        """Raise Unauthorized without the right to all entities of these accounts."""
        for entry in entries:
            if not self.has(entry):
                raise self._refusal(entry.entry_id)

    def check_entities(self, entity_ids: Iterable[str]) -> None:
        """Raise Unauthorized without the right to each of these entities."""
        if not self._has_all and not all(map(self._may, entity_ids)):
            raise self._refusal()

    def has(self, entry: ConfigEntry) -> bool:
        """Say whether there is the right to all entities of an account."""
        if self._has_all:
            return True
        entities = self._entities(entry)
        return bool(entities) and all(map(self._may, entities))

    @property
    def policy(self) -> str:
        """Return Home Assistant's name for it."""
        return POLICY_READ if self.reads else POLICY_CONTROL

    @property
    def _has_all(self) -> bool:
        """Say whether there is the right to every entity that there may be."""
        user = self.user
        return (
            user is None
            or user.is_admin
            or user.permissions.access_all_entities(self.policy)
        )

    def _entities(self, entry: ConfigEntry) -> list[str]:
        """Return the entities of an account."""
        entities = er.async_entries_for_config_entry(
            er.async_get(self.hass), entry.entry_id
        )
        return [each.entity_id for each in entities]

    def _may(self, entity_id: str) -> bool:
        """Say whether there is the right to an entity."""
        return self.user is None or self.user.permissions.check_entity(
            entity_id, self.policy
        )

    def _refusal(self, entry_id: str | None = None) -> Unauthorized:
        """Return the error of what is not allowed."""
        return Unauthorized(
            user_id=None if self.user is None else self.user.id,
            config_entry_id=entry_id,
            perm_category=CAT_ENTITIES,
            permission=self.policy,
        )


async def async_check_moves(entity: PortalEntity[Any]) -> None:
    """Raise Unauthorized for whoever may not control what is moved for a site.

    What is ordered of it is done with those entities, whoever has the right to this.
    """
    hass = entity.hass
    names = entity.coordinator.config_entry.runtime_data.sites.data[
        entity.site_key
    ].moves
    if not names:
        return
    rights = await Rights.of(hass, entity.caller, reads=False)
    rights.check_entities(
        er.async_resolve_entity_id(er.async_get(hass), name) or name for name in names
    )
