"""What can be asked of eSmart's invoices, and their documents."""

from datetime import UTC, datetime
from functools import partial
import os
from pathlib import Path
import re
import tempfile
from typing import Final

from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ...portals.esmart.client import EsmartClient
from ...portals.esmart.feeds_customer import due_day
from ...portals.esmart.models import Invoice
from ...portals.esmart.sites import CustomerSite
from ...portals.http.errors import InvalidInput
from ...services.action import Action, AnyAction
from ...services.fields import TEXT, whole
from ...services.targets import OneSite, SiteRequest

_LONGEST_NAME: Final = 100


async def _get_invoices(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> JsonObjectType:
    """Return the invoices, newest first."""
    client, fields = request.client, request.fields
    year: int | None = fields.get("year")
    contract_no: str | None = fields.get("contract_no")
    if contract_no is None:
        invoices: list[Invoice] = [*await client.invoices()]
    else:
        invoices = await _of_contract(client, contract_no, year)
    chosen = [
        invoice
        for invoice in invoices
        if (not fields["only_unpaid"] or (invoice.unpaid or 0) > 0)
        and (year is None or _year(invoice) == year)
    ]
    chosen.sort(key=lambda each: each.due or datetime.min.replace(tzinfo=UTC))
    return {
        "currency": client.currency,
        "invoices": [_invoice(invoice) for invoice in reversed(chosen)],
    }


async def _of_contract(
    client: EsmartClient, contract_no: str, year: int | None
) -> list[Invoice]:
    """Return a contract's invoices: of a year, or of all in which there are any."""
    years = {year}
    if year is None:
        years = {_year(invoice) for invoice in await client.invoices()}
    return [
        invoice
        for each in sorted(filter(None, years))
        for invoice in await client.contract_invoices(contract_no, each)
    ]


def _year(invoice: Invoice) -> int | None:
    """Return the year an invoice is of."""
    dated = invoice.issued or invoice.due
    return None if dated is None else due_day(dated).year


def _invoice(invoice: Invoice) -> JsonObjectType:
    """Return an invoice as response data."""
    return {
        "number": invoice.number,
        "issued": _day(invoice.issued),
        "due": _day(invoice.due),
        "sum": invoice.total,
        "unpaid": invoice.unpaid,
        "kind": invoice.kind,
        "reminded": invoice.reminded,
        "in_collection": invoice.in_collection,
        "payment_reference": invoice.payment_reference,
    }


def _day(when: datetime | None) -> str | None:
    """Return the portal's day as text."""
    return None if when is None else due_day(when).isoformat()


async def _download_invoice(
    request: SiteRequest[EsmartClient, CustomerSite],
) -> JsonObjectType:
    """Save the document of an invoice in a folder of the user's."""
    number: str = request.fields["number"]
    hass = request.hass
    # Looked at before anything is asked: a folder that may not be is no portal's fault.
    folder = await hass.async_add_executor_job(_folder, hass, request.fields["folder"])
    body = await request.client.document(await _link(request.client, number))
    save = partial(_saved, hass, folder, number, body)
    return {"path": await hass.async_add_executor_job(save)}


async def _link(client: EsmartClient, number: str) -> str:
    """Return where the document of an invoice is published."""
    invoice = await client.invoice(number)
    year = _year(invoice)
    if invoice.link is None and year is not None:
        documents = await client.invoice_documents(year)
        same = (each for each in documents if each.number == invoice.number)
        invoice = next(same, invoice)
    if invoice.link is None:
        raise InvalidInput("no_document")
    return invoice.link


def _folder(hass: HomeAssistant, name: str) -> Path:
    """Return the folder that is meant: a path, or one beneath the local media.

    Links within it are followed first. InvalidInput for what lies neither in a folder
    of media nor in one that the configuration allows; and for what is shown to anyone.
    """
    media = hass.config.media_dirs
    base = media.get("local") or next(iter(media.values()), "/")
    try:
        folder = Path(base, name).resolve()
        roots = {*media.values(), *hass.config.allowlist_external_dirs}
        allowed = [Path(each).resolve() for each in roots]
        shown = Path(hass.config.path("www")).resolve()
    except (OSError, ValueError) as err:
        raise InvalidInput("folder_not_allowed") from err
    if folder.is_relative_to(shown) or not any(map(folder.is_relative_to, allowed)):
        raise InvalidInput("folder_not_allowed")
    return folder


def _saved(hass: HomeAssistant, folder: Path, number: str, body: bytes) -> str:
    """Write a document as a whole or not at all; return where it is."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", number)[:_LONGEST_NAME]
    path = folder / f"invoice_{name}.pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What has come to be a link meanwhile leads elsewhere.
        if _folder(hass, str(folder)) != folder:
            raise InvalidInput("folder_not_allowed")
        handle, part = tempfile.mkstemp(dir=folder, prefix=".invoice_")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            # In place of a link itself, never of what it leads to.
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as err:
        raise InvalidInput("folder_not_writable") from err
    return str(path)


ACTIONS: Final[tuple[AnyAction, ...]] = (
    Action(
        name="get_invoices",
        response=SupportsResponse.ONLY,
        target=OneSite(EsmartClient, CustomerSite),
        fields={
            vol.Optional("only_unpaid", default=False): bool,
            vol.Optional("year"): vol.All(whole, vol.Range(min=2001, max=9999)),
            vol.Optional("contract_no"): TEXT,
        },
        handle=_get_invoices,
    ),
    Action(
        name="download_invoice",
        response=SupportsResponse.OPTIONAL,
        target=OneSite(EsmartClient, CustomerSite),
        fields={vol.Required("number"): TEXT, vol.Required("folder"): TEXT},
        handle=_download_invoice,
    ),
)
