"""What of a portal is Home Assistant's: facts that are at hand, and what loads it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlowResult,
    FlowType,
    OptionsFlow,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant

from ..services.listed import ListedAction
from .steps import AccountFlow, Steps, SubentryFlow

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlow

    from ..entities.tables import Tables
    from ..services.action import AnyAction

type FlowOfAccount = Callable[[AccountFlow], Steps[ConfigFlowResult]]
type FlowOfOptions = Callable[[OptionsFlow], Steps[ConfigFlowResult]]
type FlowOfRepair = Callable[[str], RepairsFlow]
# What most likely comes next, for whoever has added an account: a flow that has begun.
type NextFlow = Callable[
    [HomeAssistant, ConfigEntry], Awaitable[tuple[FlowType, str] | None]
]
type FlowOfPart = Callable[[SubentryFlow], Steps[SubentryFlowResult]]


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a portal is set up, what it shows and what can be asked of it.

    `flow`, `options`, `parts`, `repairs`, `tables` and `actions` import what they
    return, which takes its time: in the executor, unless it was loaded before.
    `repairs` are dialogs of the portal's own by the key of the issue; each takes the
    id of the entry. The flows of account,
    options and parts (what can be set up beneath an account, by type) take over from
    Home Assistant's. Their first steps are named for the portal: `key`, `key_reauth`,
    `key_reconfigure`, `key_options`; those of parts are `user` and, of what can be
    changed later, `reconfigure`.

    The rest is what Home Assistant asks for at once, also of accounts that are not
    loaded: `part_types` and, of these, `changeable_types`; `listed`, the actions
    without their code; `has_login`, that Home Assistant holds the accounts' tokens.
    `next_flow` goes on once an account is added.
    """

    flow: Callable[[], FlowOfAccount]
    tables: Callable[[], Tables]
    options: Callable[[], FlowOfOptions] | None = None
    parts: Callable[[], Mapping[str, FlowOfPart]] = dict
    repairs: Callable[[], Mapping[str, FlowOfRepair]] = dict
    actions: Callable[[], tuple[AnyAction, ...]] = tuple
    part_types: tuple[str, ...] = ()
    changeable_types: tuple[str, ...] = ()
    listed: tuple[ListedAction, ...] = ()
    has_login: bool = False
    next_flow: NextFlow | None = None
