"""Invoices of a contract, and their documents in a folder of the user's."""
# ruff: noqa: ASYNC240 - the folders are the test's own, and small

import json
from pathlib import Path
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from tests.accounts import act, refused
from tests.sandbox.esmart import EsmartSandbox
from tests.sandbox.faults import Fault

NUMBER = "100108"
type Roots = tuple[Path, Path, Path]


@pytest.fixture
def roots(hass: HomeAssistant, tmp_path: Path) -> Roots:
    """Return the folder of media, one that the configuration allows, and www."""
    media, allowed, www = (tmp_path / name for name in ("media", "allowed", "www"))
    for each in (media, allowed, www):
        each.mkdir()
    hass.config.config_dir = str(tmp_path)
    hass.config.media_dirs = {"local": str(media)}
    hass.config.allowlist_external_dirs = {str(media), str(allowed), str(www)}
    return media, allowed, www


def calls(esmart: EsmartSandbox) -> list[str | None]:
    return [each.operation for each in esmart.calls]


async def test_invoices_of_a_contract(
    hass: HomeAssistant, esmart: EsmartSandbox, loaded: MockConfigEntry
) -> None:
    for fields, count in (({}, 8), ({"year": 2025}, 4), ({"only_unpaid": True}, 1)):
        answer: Any = await act(hass, "get_invoices", contract_no="1001", **fields)
        assert len(answer["invoices"]) == count
        due = [each["due"] for each in answer["invoices"]]
        assert due == sorted(due, reverse=True)
    assert "contract_invoices" in calls(esmart)
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "get_invoices", contract_no="9")
    assert raised.value.translation_key == "not_found"


@pytest.mark.parametrize("folder", ["bills", "bills/2026", "{allowed}", "{media}/x"])
async def test_download(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    roots: Roots,
    folder: str,
) -> None:
    media, allowed, _ = roots
    folder = folder.format(media=media, allowed=allowed)
    answer: Any = await act(hass, "download_invoice", number=NUMBER, folder=folder)
    path = Path(answer["path"])
    assert path == Path(media, folder, f"invoice_{NUMBER}.pdf")
    body = path.read_bytes()
    assert body.startswith(b"%PDF-") and NUMBER.encode() in body
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert calls(esmart)[-3:] == ["invoice", "invoice_pdfs", "invoice_document"]
    # Neither the login nor the link stands in what is answered.
    assert not {"http", "password", "published"} & set(json.dumps(answer).split("/"))
    # Once more, in place of the first.
    assert await act(hass, "download_invoice", number=NUMBER, folder=folder) == answer


@pytest.mark.parametrize(
    "folder",
    [
        *("..", "../outside", "/", "/etc", "{tmp}", "{tmp}/outside", "a/../../b"),
        *("{www}", "{www}/bills", "../www", "linked", "linked/deeper", "a\0b"),
    ],
)
async def test_folders_that_may_not_be(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    roots: Roots,
    folder: str,
) -> None:
    """And nothing is asked of the portal for them."""
    media, _, www = roots
    (media.parent / "outside").mkdir()
    (media / "linked").symlink_to(media.parent / "outside")
    folder = folder.format(tmp=media.parent, www=www)
    esmart.calls.clear()
    error = await refused(hass, "download_invoice", number=NUMBER, folder=folder)
    assert error == "folder_not_allowed"
    assert not calls(esmart)
    assert not list(media.parent.rglob("*.pdf"))


async def test_a_link_in_the_place_of_the_document(
    hass: HomeAssistant, loaded: MockConfigEntry, roots: Roots
) -> None:
    """What it leads to stays as it is."""
    media, *_ = roots
    target = media.parent / "secrets.yaml"
    target.write_text("kept")
    (media / f"invoice_{NUMBER}.pdf").symlink_to(target)
    await act(hass, "download_invoice", number=NUMBER, folder=".")
    assert target.read_text() == "kept"
    assert not (media / f"invoice_{NUMBER}.pdf").is_symlink()


async def test_a_folder_that_cannot_be_written_to(
    hass: HomeAssistant, loaded: MockConfigEntry, roots: Roots
) -> None:
    media, *_ = roots
    (media / "file").write_text("no folder")
    error = await refused(hass, "download_invoice", number=NUMBER, folder="file")
    assert error == "folder_not_writable"
    (media / "bills").mkdir()
    (media / "bills" / f"invoice_{NUMBER}.pdf").mkdir()
    error = await refused(hass, "download_invoice", number=NUMBER, folder="bills")
    assert error == "folder_not_writable"
    assert len(list((media / "bills").iterdir())) == 1


async def test_an_invoice_without_a_document(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    roots: Roots,
) -> None:
    media, *_ = roots
    none = Fault(kind="set", path="*.PdfUrl", value=None)
    esmart.fail("invoice_pdfs", none)
    error = await refused(hass, "download_invoice", number=NUMBER, folder="bills")
    assert error == "no_document"
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "download_invoice", number="9", folder="bills")
    assert raised.value.translation_key == "not_found"
    assert not list(media.iterdir())


async def test_a_link_with_a_login_is_not_followed(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    roots: Roots,
    account: dict[str, Any],
) -> None:
    link = (
        f"{account['api_url']}/api/customers/42/invoices/{NUMBER}/pdf"
        f"?userName={account['user_name']}&password={account['password']}&area=2"
    )
    esmart.fail("invoice", Fault(kind="set", path="PdfUrl", value=link))
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "download_invoice", number=NUMBER, folder="bills")
    assert raised.value.translation_key == "rejected"
    assert account["password"] not in str(raised.value)
    assert "invoice_pdf" not in calls(esmart)


async def test_whose_documents_they_are(
    hass: HomeAssistant,
    esmart: EsmartSandbox,
    loaded: MockConfigEntry,
    roots: Roots,
    hass_read_only_user: MockUser,
) -> None:
    """Whoever may only look at entities has no right to them."""
    context = Context(user_id=hass_read_only_user.id)
    bill = {"number": NUMBER, "folder": "bills"}
    for name, fields in (
        ("download_invoice", bill),
        ("get_invoices", {"contract_no": "1001"}),
        ("mark_all_messages_read", {}),
        ("add_garage_car", {"name": "Car"}),
        ("reset_load_control", {}),
    ):
        with pytest.raises(Unauthorized):
            await act(hass, name, context=context, **fields)
