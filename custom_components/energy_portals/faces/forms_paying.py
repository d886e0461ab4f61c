"""What is really paid of prices that are not all of it: asked, then shown."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.util import dt as dt_util

from ..account.house_reader import HouseReader
from ..portals.model.prices import PriceSeries, Tax
from ..portals.model.tariff import Tariff
from ..portals.model.tariff_presets import LEGAL_VAT
from .forms import refolded, unfolded
from .steps import AccountFlow, Fields, Step, UserInput
from .tariff_form import TariffForm, checked_tariff, paying_schema

# Households there pay no VAT on electricity.
_WITHOUT_VAT: Final = frozenset({"NO4"})

# Creates the account, with the options of its prices where there are any.
type Finish = Callable[[Fields | None], Awaitable[ConfigFlowResult]]


class PaySteps:
    """Ask what is paid on top, and show by a price of now what that comes to."""

    def __init__(self, flow: AccountFlow, finish: Finish) -> None:
        """Take Home Assistant's flow, and how it goes on."""
        self._flow = flow
        self._finish = finish
        self._prices = PriceSeries("")
        self._area: str | None = None
        self._form: Fields | None = None
        self.steps: Mapping[str, Step[ConfigFlowResult]] = {
            "pay": self._offer,
            "pay_form": self._ask,
            "pay_check": self._check,
            "pay_keep": self._keep,
            "pay_later": self._skip,
        }

    def about(self, prices: PriceSeries, area: str | None = None) -> None:
        """Say which prices it is about, and of which area if that is known."""
        self._prices, self._area = prices, area

    async def _offer(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Offer to say what is paid, now or never."""
        return self._flow.async_show_menu(
            step_id="pay", menu_options=["pay_form", "pay_later"]
        )

    async def _skip(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Go on without."""
        return await self._finish(None)

    async def _ask(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Ask what is paid on top."""
        if user_input is None:
            form = TariffForm(fields=self._begun())
        else:
            form = await checked_tariff(self._flow.hass, unfolded(user_input))
            if form.is_done:
                self._form = form.fields
                return await self._check()
        schema = paying_schema(form.regions)
        plain = {str(key) for key in schema.schema}
        # A field that is folded up cannot show what is wrong with it.
        errors = {
            key if key in plain else "base": each for key, each in form.errors.items()
        }
        return self._flow.async_show_form(
            step_id="pay_form",
            data_schema=self._flow.add_suggested_values_to_schema(
                paying_schema(form.regions), refolded(form.fields)
            ),
            errors=errors,
            description_placeholders={"row": form.row},
        )

    def _begun(self) -> Fields:
        """Return what is filled in: what was entered, else the VAT of the law."""
        if self._form is not None:
            return self._form
        vat = LEGAL_VAT.get(self._flow.hass.config.country or "")
        if self._prices.tax is not Tax.EXCLUDED or self._area in _WITHOUT_VAT:
            return {}
        return {} if vat is None else {"vat": vat}

    async def _check(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Show what a price of now comes to."""
        zone = HouseReader(self._flow.hass).zone
        form = {} if self._form is None else dict(self._form)
        paid = Tariff.of(form).shown(self._prices, zone)
        now = dt_util.utcnow()
        before, after = self._prices.slots.at(now), paid.slots.at(now)
        if before is None or after is None:
            return await self._finish(form)
        return self._flow.async_show_menu(
            step_id="pay_check",
            menu_options=["pay_keep", "pay_form", "pay_later"],
            description_placeholders={
                "before": f"{before.value.value:.4f} {self._prices.unit}",
                "after": f"{after.value.value:.4f} {paid.unit}",
            },
        )

    async def _keep(self, user_input: UserInput | None = None) -> ConfigFlowResult:
        """Go on with it."""
        return await self._finish(self._form)
