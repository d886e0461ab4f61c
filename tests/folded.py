"""Forms of which some fields are folded up, filled in as if they were not."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult, SubentryFlowResult
from homeassistant.data_entry_flow import section

FURTHER = "further"


def placed(
    result: ConfigFlowResult | SubentryFlowResult, form: dict[str, Any]
) -> dict[str, Any]:
    """Return what is entered, with each field where the form has it."""
    schema = result.get("data_schema")
    if schema is None:
        return form
    # The frontend gives what is folded up, opened or not.
    closed = {
        str(field): {}
        for field, each in schema.schema.items()
        if isinstance(each, section) and str(field) not in form
    }
    if FURTHER in form:
        return {**closed, **form}
    folded = {
        str(inner)
        for field, each in schema.schema.items()
        if str(field) == FURTHER
        for inner in each.schema.schema
    }
    within = {key: each for key, each in form.items() if key in folded}
    plain = {key: each for key, each in form.items() if key not in folded}
    return {**closed, **plain, **({FURTHER: within} if within else {})}


def folded_fields(result: ConfigFlowResult | SubentryFlowResult) -> Any:
    """Return the fields that a form has folded up."""
    assert result["data_schema"] is not None
    return result["data_schema"].schema[FURTHER].schema.schema
