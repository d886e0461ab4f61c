"""The sites of an account: the portal, contracts, meters, and what has a price."""

from collections.abc import Awaitable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from ..contract import Feed, FeedRequest, Fetched, Site
from ..http.errors import (
    AuthError,
    Forbidden,
    NotFound,
    PendingActivation,
    PortalError,
    Rejected,
    Unavailable,
    UnexpectedResponse,
)
from ..kept import kept_by_sort
from ..rhythms import Every
from .bodies import Rows
from .client import EpilotClient
from .client_series import Context
from .hooks import Hook, Hooks
from .models import Contract, Counter, Meter, PortalConfig
from .units import unit_of

PORTAL: Final = "portal"
# After so many seconds what failed is asked for again.
_AGAIN: Final = 300.0
# What a meter counts where neither record nor counter says.
_UNITS: Final = {
    "power": "kWh",
    "district_heating": "kWh",
    "gas": "m³",
    "water": "m³",
    "waste_water": "m³",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSite(Site):
    """The account as a whole; what it has depends on the utility."""

    has_billing: bool = True
    has_notifications: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSite(Site):
    """A contract, with the hooks that make a file of its data."""

    contract_id: str
    billing_account: str | None = None
    meter_id: str | None = None
    export: tuple[Hook, ...] = ()

    @property
    def context(self) -> Context:
        """Return which entities a question is about."""
        meter = (("meter", self.meter_id),) if self.meter_id else ()
        return (("contract", self.contract_id), *meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSite(Site):
    """A meter, with the hooks that may know of it.

    `exports` says that all its counters count what is fed in, None that this cannot be
    told; `unit` is what it counts in where an answer does not say. `price` is set where
    its contract has one price.
    """

    meter_id: str
    contract_id: str | None = None
    exports: bool | None = False
    sector: str | None = None
    unit: str | None = None
    consumption: tuple[Hook, ...] = ()
    costs: tuple[Hook, ...] = ()
    price: Hook | None = None
    ranges: bool = False

    @property
    def context(self) -> Context:
        """Return which entities a question is about."""
        contract = (("contract", self.contract_id),) if self.contract_id else ()
        return (("meter", self.meter_id), *contract)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSite(Site):
    """One of a contract's prices."""

    contract_id: str
    meter_id: str | None = None
    hook: Hook

    @property
    def context(self) -> Context:
        """Return which entities a question is about."""
        meter = (("meter", self.meter_id),) if self.meter_id else ()
        return (("contract", self.contract_id), *meter)


_SORTS: Final[Mapping[str, type[Site]]] = {
    "portal": PortalSite,
    "contract": ContractSite,
    "meter": MeterSite,
    "price": PriceSite,
}
# Contracts in these states have neither prices nor an end that is still to come.
ENDED: Final = frozenset({"deactivated", "revoked", "terminated", "expired"})


async def _sites(
    client: EpilotClient, request: FeedRequest[Site, Site]
) -> Fetched[Site]:
    """Return all sites; what cannot be told now stays as it is held."""
    # Proves the login before anything else is asked.
    await client.user()
    contracts = await client.contracts()
    problems: list[PortalError] = []
    counted = await _told(_counted(client), problems)
    discovered = await _told(_discovered(client), problems)
    hooks, config = (None, None) if discovered is None else discovered
    held = request.held
    owners = _owners(contracts, list(counted or ()))
    sites = [
        _portal(client, config, held.get(PORTAL)),
        *_contract_sites(contracts, owners, hooks, held),
    ]
    if counted is not None:
        sites += _meter_sites(counted, owners, hooks, held)
    if hooks is not None:
        sites += _price_sites(contracts, owners, hooks)
    told = {site.key: site for site in sites}
    kept = _still(told, held, contracts, counted, hooks)
    return Fetched({**{site.key: site for site in kept}, **told}, tuple(problems))


def _still(
    told: Mapping[str, Site],
    held: Mapping[str, Site],
    contracts: Rows[Contract],
    counted: _Counted | None,
    hooks: Hooks | None,
) -> Iterator[Site]:
    """Yield the sites that are held and of which it cannot be told whether they are."""
    for site in held.values():
        match site:
            case ContractSite():
                is_missed = not contracts.is_whole
            case MeterSite():
                is_missed = counted is None or not counted.is_whole
            case PriceSite():
                is_missed = hooks is None or not (hooks.is_whole and contracts.is_whole)
                live = f"contract:{site.contract_id}"
                is_missed = is_missed and (live in told or not contracts.is_whole)
            case _:
                is_missed = False
        if is_missed and site.key not in told:
            yield site


async def _told[PartT](
    part: Awaitable[PartT], problems: list[PortalError]
) -> PartT | None:
    """Return a part of the sites, None where it fails; then it is asked for soon."""
    try:
        return await part
    except AuthError, PendingActivation:
        raise
    except PortalError as err:
        again = getattr(err, "retry_after", None) or _AGAIN
        problems.append(Unavailable(err.operation, err.detail, retry_after=again))
        return None


class _Counted(dict[Meter, Rows[Counter]]):
    """The meters and their counters; `is_whole` says that all meters are there."""

    is_whole = True


async def _counted(client: EpilotClient) -> _Counted:
    """Return the meters and their counters, none where they are not to be seen."""
    counters = _Counted()
    meters = await client.meters()
    counters.is_whole = meters.is_whole
    for meter in meters:
        counters[meter] = Rows()
        try:
            counters[meter] = await client.counters(meter.id)
        except Forbidden, NotFound:
            continue
        except UnexpectedResponse:
            # What this one counts is not known; the others are.
            counters[meter] = Rows(lost=1)
    return counters


async def _discovered(client: EpilotClient) -> tuple[Hooks, PortalConfig]:
    """Return what the portal has, of several hooks the chosen ones first."""
    hooks, config = await client.hooks(), await client.config()
    if config.portal_id:
        # Not every portal lets its customers see the choice.
        with suppress(Forbidden, NotFound, Rejected):
            hooks = hooks.preferring(await client.hook_choices(config.portal_id))
    return hooks, config


def _owners(contracts: list[Contract], meters: list[Meter]) -> dict[str, str]:
    """Return the contract of each meter, whichever of the two tells of it.

    Of several contracts that name a meter, one that has not ended counts.
    """
    known = {each.id: each for each in contracts}
    owners: dict[str, str] = {}
    for contract in sorted(contracts, key=lambda each: each.status not in ENDED):
        owners.update(dict.fromkeys(contract.meters, contract.id))
    for meter in meters:
        if meter.contract in known and meter.id not in owners:
            owners[meter.id] = str(meter.contract)
    return owners


def _portal(
    client: EpilotClient, config: PortalConfig | None, held: Site | None
) -> Site:
    """Return the site of the account."""
    if config is None:
        return held or PortalSite(key=PORTAL, name=client.domain)
    return PortalSite(
        key=PORTAL,
        name=config.name or client.domain,
        has_billing=config.has_billing,
        has_notifications=config.engagement_center_enabled is True,
    )


def _contract_sites(
    contracts: list[Contract],
    owners: Mapping[str, str],
    hooks: Hooks | None,
    held: Mapping[str, Site],
) -> list[Site]:
    """Return the sites of contracts."""
    sites: list[Site] = []
    for contract in contracts:
        key = f"contract:{contract.id}"
        before = held.get(key)
        export = before.export if isinstance(before, ContractSite) else ()
        sites.append(
            ContractSite(
                key=key,
                name=contract.title,
                model=contract.branch,
                is_over=contract.status in ENDED,
                contract_id=contract.id,
                billing_account=contract.billing_account,
                meter_id=_meter_of(contract, owners),
                export=export if hooks is None else hooks.export,
            )
        )
    return sites


def _meter_of(contract: Contract, owners: Mapping[str, str]) -> str | None:
    """Return a contract's meter."""
    return next(
        (meter for meter, owner in owners.items() if owner == contract.id), None
    )


def _meter_sites(
    counted: Mapping[Meter, Rows[Counter]],
    owners: Mapping[str, str],
    hooks: Hooks | None,
    held: Mapping[str, Site],
) -> list[Site]:
    """Return the sites of meters."""
    sites: list[Site] = []
    for meter, own in counted.items():
        key = f"meter:{meter.id}"
        before = held.get(key)
        if hooks is not None:
            known = hooks
        elif isinstance(before, MeterSite):
            known = Hooks(
                consumption=before.consumption,
                costs=before.costs,
                prices=() if before.price is None else (before.price,),
                ranges=before.ranges,
            )
        else:
            known = Hooks()
        sites.append(
            MeterSite(
                key=key,
                name=meter.title,
                model=meter.meter_type,
                meter_id=meter.id,
                contract_id=owners.get(meter.id),
                exports=_exports(own),
                sector=meter.sector,
                unit=_unit(meter, own),
                consumption=known.consumption,
                costs=known.costs,
                price=_one(known),
                ranges=known.ranges,
            )
        )
    return sites


def _exports(own: Rows[Counter]) -> bool | None:
    """Say whether all of a meter's counters count what is fed in."""
    if not own.is_whole:
        return None
    return bool(own) and all(each.direction == "feed-in" for each in own)


def _unit(meter: Meter, own: Rows[Counter]) -> str | None:
    """Return what a meter counts in where nothing else says: what its counters do.

    Beside energy, some count what is none.
    """
    named = {each.unit for each in own if each.unit}
    if not named and own.is_whole:
        return _UNITS.get(meter.sector or "")
    known = {unit_of(each) for each in named} - {None}
    if len(known) != 1 or not own.is_whole:
        return None
    return next(each for each in sorted(named) if unit_of(each) is not None)


def _one(hooks: Hooks) -> Hook | None:
    """Return the one hook that has prices, None where there are several."""
    return hooks.prices[0] if len(hooks.prices) == 1 and hooks.is_whole else None


def _price_sites(
    contracts: list[Contract], owners: Mapping[str, str], hooks: Hooks
) -> list[Site]:
    """Return a site for each price of each contract that has not ended."""
    return [
        PriceSite(
            key=":".join(filter(None, ("price", contract.id, *_place(hook)))),
            name=f"{contract.title}: {hook.name}" if hook.name else contract.title,
            model=contract.branch,
            contract_id=contract.id,
            meter_id=_meter_of(contract, owners),
            hook=hook,
        )
        for contract in contracts
        if contract.status not in ENDED
        for hook in hooks.prices
    ]


def _place(hook: Hook) -> tuple[str | None, ...]:
    """Return what tells a hook from others."""
    return (hook.app_id, hook.extension_id, hook.hook_id)


SITES: Final = Feed[EpilotClient, Site](
    key="sites",
    fetch=_sites,
    rhythm=Every(interval=timedelta(hours=6), jitter=timedelta(minutes=30)),
    # A landlord has a contract for every flat.
    most_sites=500,
    kept=kept_by_sort(_SORTS),
)
