"""What of a portal is Home Assistant's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from homeassistant.config_entries import (
    ConfigFlowResult,
    OptionsFlow,
    SubentryFlowResult,
)

from ..entities.tables import Tables
from ..services.action import AnyAction
from .steps import AccountFlow, Steps, SubentryFlow

type FlowOfAccount = Callable[[AccountFlow], Steps[ConfigFlowResult]]
type FlowOfOptions = Callable[[OptionsFlow], Steps[ConfigFlowResult]]
type FlowOfPart = Callable[[SubentryFlow], Steps[SubentryFlowResult]]


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a portal is set up, what it shows and what can be asked of it.

    `flow`, `options` and `parts` (what can be set up beneath an account, by type) take
    over from Home Assistant's flow. Their first steps are named for the portal: `key`,
    `key_reauth`, `key_reconfigure`, `key_options`; those of parts are `user` and, of
    what can be changed later, `reconfigure`.
    """

    flow: FlowOfAccount
    options: FlowOfOptions | None = None
    parts: Mapping[str, FlowOfPart] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)
    actions: tuple[AnyAction, ...] = ()
