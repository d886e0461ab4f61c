"""Who asks or orders something by voice, and whom a name means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr

from ..account.devices import device_identifier
from ..account.sources import Source, sources
from .asked import Refused
from .call import Given
from .rights import Rights
from .spoken import Voice

# Fewer letters are no word without its ending.
_STEM: Final = 3


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked: its fields, whose right it is, in which words to answer."""

    hass: HomeAssistant
    context: Context
    assistant: str | None
    voice: Voice
    fields: Given
    rights: Rights

    def refused(self, key: str, **parts: str) -> Refused:
        """Return why there is no answer."""
        return Refused(self.voice.say(key, **parts))

    def every[KindT](self, kind: type[KindT]) -> list[Source[KindT]]:
        """Return every site that has something of a kind and may be asked about."""
        return [
            each for each in sources(self.hass, kind) if self.rights.has(each.entry)
        ]

    def meant[KindT](self, having: Iterable[Source[KindT]]) -> list[Source[KindT]]:
        """Return those that are named; all where none is."""
        every = list(having)
        if not every:
            raise self.refused("nothing_known")
        name: str | None = self.fields.get("name")
        if name is None:
            return every
        named = list(self._named(every, name))
        if not named:
            names = self.voice.listed(map(self.name_of, every))
            raise self.refused("no_such", name=name, names=names)
        return named

    def _named[KindT](
        self, every: list[Source[KindT]], name: str
    ) -> Iterator[Source[KindT]]:
        """Yield what a name means: what is called so, else what has all its words."""
        said = self._words(name)
        exact = [each for each in every if self._words(self.name_of(each)) == said]
        if exact:
            yield from exact
            return
        for each in every:
            own = self._words(self.name_of(each))
            if said and all(self._is_among(word, own) for word in said):
                yield each

    def _words(self, name: str) -> tuple[str, ...]:
        """Return the words of a name, without case and article."""
        words = " ".join(name.casefold().replace("\u2019", "'").split())
        for article in self.voice.say("articles").split():
            # One that leaves out a letter stands without a space.
            before = article if article.endswith("'") else f"{article} "
            if words.startswith(before):
                return tuple(words.removeprefix(before).split())
        return tuple(words.split())

    def _is_among(self, word: str, words: tuple[str, ...]) -> bool:
        """Say whether a word is one of these, whatever ending either has."""
        stems = self._stems(word)
        return any(stems & self._stems(each) for each in words)

    def _stems(self, word: str) -> set[str]:
        """Return a word as it is, and without each ending that it may have."""
        bare = {word.removesuffix(each) for each in self.voice.say("endings").split()}
        return {word, *(stem for stem in bare if len(stem) >= _STEM)}

    def name_of[KindT](self, source: Source[KindT]) -> str:
        """Return what the user calls a site: as its device is called."""
        device = dr.async_get(self.hass).async_get_device_by_identifier(
            device_identifier(source.entry, source.site.key), source.entry.entry_id
        )
        name = None if device is None else device.name_by_user or device.name
        return name or source.site.name

    def of_each[KindT](self, answers: Iterable[tuple[Source[KindT], str]]) -> str:
        """Return answers as one; where there are several, each says whose it is."""
        every = list(answers)
        if len(every) == 1:
            return every[0][1]
        return " ".join(
            self.voice.say("of_one", name=self.name_of(source), answer=answer)
            for source, answer in every
        )
