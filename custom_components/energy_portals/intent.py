"""Intents: what can be asked and ordered by voice."""

from collections.abc import Callable, Coroutine
from typing import Any, Final, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from .services.asked import QUESTIONS, Question, Refused

_FAILED: Final = intent.IntentResponseErrorCode.FAILED_TO_HANDLE


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents, which need no account."""
    for question in QUESTIONS:
        intent.async_register(hass, QuestionHandler(question))


class QuestionHandler(intent.IntentHandler):
    """The intent of one question; the tool of a language model asks it as well."""

    def __init__(self, question: Question) -> None:
        """Take the question."""
        self._question = question
        self.intent_type = question.intent
        self.description = question.description

    @property
    @override
    def slot_schema(self) -> dict[Any, Any] | None:
        """Return the fields of the question."""
        return dict(self._question.slots) or None

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer, or say why there is no answer."""
        hass, response = intent_obj.hass, intent_obj.create_response()
        given = self.async_validate_slots(intent_obj.slots)
        # What is said in other words for the same is no field of ours.
        known = {marker.schema for marker in self._question.slots}
        fields = {key: given[key]["value"] for key in given if key in known}
        async_answer = await hass.async_add_import_executor_job(_answers)
        try:
            answer = await async_answer(
                hass,
                self._question,
                fields,
                language=intent_obj.language,
                context=intent_obj.context,
                assistant=intent_obj.assistant,
            )
        except Refused as why:
            response.async_set_error(_FAILED, str(why))
            return response
        if not self._question.acts:
            response.response_type = intent.IntentResponseType.QUERY_ANSWER
        response.async_set_speech(answer)
        return response


def _answers() -> Callable[..., Coroutine[None, None, str]]:
    """Import what answers: not every home is asked."""
    from .services.answers import async_answer

    return async_answer
