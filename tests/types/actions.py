"""Actions about something else than their handlers take."""

from custom_components.energy_portals.portals.esmart.client import EsmartClient
from custom_components.energy_portals.portals.esmart.feeds_customer import METER_READING
from custom_components.energy_portals.portals.esmart.sites import (
    ContractSite,
    CustomerSite,
)
from custom_components.energy_portals.portals.model.green import GreenOutlook
from custom_components.energy_portals.portals.model.price_days import PriceOutlook
from custom_components.energy_portals.portals.volue.client import VolueClient
from custom_components.energy_portals.services.action import Action, AnyAction
from custom_components.energy_portals.services.targets import (
    HistoryRequest,
    KindRequest,
    OfKind,
    OneSite,
    SiteRequest,
    WithHistory,
)


async def _contract(request: SiteRequest[EsmartClient, ContractSite]) -> None:
    assert request.site.contract_no


async def _any_site(request: SiteRequest[EsmartClient]) -> None:
    assert request.site.key


async def _green(request: KindRequest[GreenOutlook]) -> None:
    assert request.data.windows


async def _history(request: HistoryRequest) -> None:
    assert request.meant


CONTRACT = OneSite(EsmartClient, ContractSite)
CUSTOMER = OneSite(EsmartClient, CustomerSite)
STRANGE = OneSite(VolueClient, ContractSite)
PRICES = OfKind((PriceOutlook,))
GREEN = OfKind((GreenOutlook,))

ACTIONS: tuple[AnyAction, ...] = (
    Action(name="a", target=CONTRACT, handle=_contract, changes=(METER_READING,)),
    Action(name="b", target=CONTRACT, handle=_any_site),
    Action(name="c", target=GREEN, handle=_green),
    Action(name="d", target=WithHistory(), handle=_history),
    Action(name="e", target=CUSTOMER, handle=_contract),  # refused
    Action(name="f", target=STRANGE, handle=_contract),  # refused
    Action(name="g", target=PRICES, handle=_green),  # refused
    Action(name="h", target=PRICES, handle=_contract),  # refused
    Action(name="i", target=CONTRACT, handle=_history),  # refused
    Action(name="j", target=CONTRACT, handle=_contract, changes=("meter",)),  # refused
)
