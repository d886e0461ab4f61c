"""To-do lists."""

from typing import override

from homeassistant.components.todo.const import TodoItemStatus, TodoListEntityFeature
from homeassistant.components.todo.entity import TodoItem, TodoListEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.coordinator import PortalConfigEntry
from .account.errors import translated
from .entities.adding import add_described
from .entities.controls import TaskChange, TodoRow
from .entities.entity import PortalEntity
from .faces.tables import tables_of
from .portals.model.tasks import Task

PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PortalConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the to-do lists of an account."""
    tables = tables_of(entry)
    add_described(entry, tables.todos, PortalTodo, async_add_entities, tables.shown)


class PortalTodo(PortalEntity[tuple[Task, ...] | None], TodoListEntity):
    """A to-do list of one site."""

    entity_description: TodoRow
    _attr_supported_features = (
        TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.SET_DUE_DATE_ON_ITEM
    )
    _listed: tuple[Task, ...] | None = None

    @property
    @override
    def state(self) -> int | None:
        """Return how many tasks there are: each of them is to be done."""
        return None if self.shown_value is None else len(self.shown_value)

    @property
    @override
    def todo_items(self) -> list[TodoItem] | None:
        """Return the tasks as items, made when somebody looks: of thousands."""
        if self.shown_value is not self._listed:
            self._listed = self.shown_value
            self._attr_todo_items = None if self._listed is None else self._items()
        return self._attr_todo_items

    def _items(self) -> list[TodoItem]:
        """Return the tasks as items."""
        return [
            TodoItem(
                uid=task.uid,
                summary=task.title,
                due=task.due,
                description=task.detail,
                status=TodoItemStatus.NEEDS_ACTION,
            )
            for task in self._listed or ()
        ]

    @callback
    @override
    def _async_write_ha_state(self) -> None:
        """Write the state; Home Assistant would copy every item though nobody looks."""
        if self._update_listeners:
            super()._async_write_ha_state()
        else:
            super(TodoListEntity, self)._async_write_ha_state()

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Have the portal agree, and show what it then has."""
        before = next(task for task in self.shown_value or () if task.uid == item.uid)
        after = Task(
            uid=before.uid,
            title=item.summary or before.title,
            due=item.due,
            detail=before.detail,
        )
        is_done = item.status == TodoItemStatus.COMPLETED
        coordinator = self.coordinator
        client = coordinator.config_entry.runtime_data.client
        try:
            with translated(self.hass, coordinator.config_entry):
                await self.entity_description.change_fn(
                    TaskChange(client, before, after, is_done)
                )
        finally:
            # The portal may have done what it did not confirm.
            await coordinator.async_look_again()
