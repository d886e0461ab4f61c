"""The script that makes translations, icons and actions of their sources."""

import json
from pathlib import Path
import textwrap

import pytest
import yaml

from scripts import make_texts
from scripts.make_texts import INTEGRATION, SOURCES, Refused, make, stale

SENTENCE = "Begins with https and may have a path."


def _write(sources: Path, files: dict[str, str]) -> None:
    """Write sources, by their path."""
    for name, text in files.items():
        path = sources / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Return a small house of two languages."""
    files = {
        "en/common": f"""
            names:
              month: {{this_month: this month, last_month: last month}}
            shared:
              place: {SENTENCE}
              target:
                site: {{name: Site, description: Which one of several.}}
            """,
        "en/acme": """
            config:
              step:
                acme: {title: Acme, description: =shared.place}
                acme_again: {=config.step.acme: , title: Acme again}
            entity:
              sensor:
                cost_<month>: Cost <month>
                level: {name: Level, state: {"on": High}}
            exceptions:
              no_data: There is none.
            services:
              get_cost:
                name: Get cost
                fields: {=shared.target: , limit: {name: Limit}}
            """,
        "de/common": """
            names:
              month: {this_month: diesen Monat, last_month: letzten Monat}
            shared:
              place: Beginnt mit https und kann einen Pfad haben.
              target:
                site: {name: Standort, description: Welcher von mehreren.}
            """,
        "de/acme": """
            config:
              step:
                acme: {title: Acme}
                acme_again: {title: Noch einmal Acme}
            entity:
              sensor:
                cost_this_month: Kosten im laufenden Monat
                cost_last_month: Kosten im letzten Monat
                level: {name: Niveau, state: {"on": Hoch}}
            exceptions:
              no_data: Es gibt keine.
            services:
              get_cost: {name: Kosten holen, fields: {limit: {name: Grenze}}}
            """,
        "icons/acme": """
            entity:
              sensor:
                cost_<month>: mdi:cash
                level: {default: mdi:gauge, state: {"on": mdi:gauge-full}}
            services:
              get_cost: mdi:cash-multiple
            """,
        "actions/common": """
            shared:
              target:
                site: {selector: {device: {integration: acme}}}
            """,
        "actions/acme": """
            get_cost:
              fields:
                zone: {selector: {text: null}}
                =shared.target:
                limit: {selector: {number: {min: 1, max: 9}}}
            """,
    }
    _write(tmp_path / "sources", files)
    return tmp_path / "sources"


def _change(sources: Path, name: str, old: str, new: str) -> None:
    """Replace a text of a source, which must be there."""
    path = sources / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_repository_is_fresh() -> None:
    """What Home Assistant reads is what the sources say."""
    assert stale(make(SOURCES), INTEGRATION) == []


def test_references_and_names(sources: Path) -> None:
    """What is spelled out once is handed on at every place."""
    files = make(sources)

    assert json.loads(files["translations/en.json"]) == {
        "config": {
            "step": {
                "acme": {"title": "Acme", "description": SENTENCE},
                "acme_again": {"title": "Acme again", "description": SENTENCE},
            }
        },
        "entity": {
            "sensor": {
                "cost_this_month": {"name": "Cost this month"},
                "cost_last_month": {"name": "Cost last month"},
                "level": {"name": "Level", "state": {"on": "High"}},
            }
        },
        "exceptions": {"no_data": {"message": "There is none."}},
        "services": {
            "get_cost": {
                "name": "Get cost",
                "fields": {
                    "site": {"name": "Site", "description": "Which one of several."},
                    "limit": {"name": "Limit"},
                },
            }
        },
    }
    assert json.loads(files["icons.json"]) == {
        "entity": {
            "sensor": {
                "cost_this_month": {"default": "mdi:cash"},
                "cost_last_month": {"default": "mdi:cash"},
                "level": {"default": "mdi:gauge", "state": {"on": "mdi:gauge-full"}},
            }
        },
        "services": {"get_cost": {"service": "mdi:cash-multiple"}},
    }


def test_another_language_takes_references_but_need_not_take_patterns(
    sources: Path,
) -> None:
    """A grammar that does not fit English's pattern is spelled out."""
    german = json.loads(make(sources)["translations/de.json"])

    assert german["config"]["step"]["acme_again"] == {
        "title": "Noch einmal Acme",
        "description": "Beginnt mit https und kann einen Pfad haben.",
    }
    assert german["entity"]["sensor"]["cost_this_month"] == {
        "name": "Kosten im laufenden Monat"
    }
    assert german["services"]["get_cost"]["fields"]["site"]["name"] == "Standort"


def test_fields_keep_their_order(sources: Path) -> None:
    """The user sees the fields of an action as the source has them."""
    actions = yaml.safe_load(make(sources)["services.yaml"])

    assert list(actions["get_cost"]["fields"]) == ["zone", "site", "limit"]


@pytest.mark.parametrize(
    ("name", "old", "new", "refusal"),
    [
        ("de/acme", "no_data: Es gibt keine.", "", "de lacks exceptions.no_data"),
        ("de/common", ", last_month: letzten Monat", "", "de lacks names.month.last"),
        (
            "de/acme",
            "title: Acme}",
            "title: Acme, data: Mehr}",
            "de has config.step.acme.data, which English does not spell out",
        ),
        (
            "de/acme",
            "title: Acme}",
            "title: Acme, description: Das}",
            "de has config.step.acme.description, which English does not spell out",
        ),
        ("de/acme", "Es gibt keine.", "5", "de: exceptions.no_data is no text: 5"),
        (
            "de/acme",
            "title: Acme}",
            'title: "{site}"}',
            "de: config.step.acme.title takes ['site'], in English []",
        ),
        ("de/acme", '"on": Hoch', "on: Hoch", "de/acme.yaml: quote the key"),
        ("en/acme", "=shared.place", "=shared.palce", "=shared.palce: there is no"),
        (
            "actions/common",
            "{selector: {device: {integration: acme}}}",
            "=shared.target.site",
            "in a circle: =shared.target =shared.target.site =shared.target.site",
        ),
        ("en/acme", "Cost <month>", "Cost <year>", "is no text: Cost <year>"),
        ("en/acme", "cost_<month>", "cost_<year>", "there is no names.year"),
        ("en/acme", "exceptions:", "shared: {place: Here.}\nexceptions:", "twice"),
        ("actions/acme", "=shared.target", "=shared.goal", "=shared.goal: there is no"),
    ],
)
def test_sources_that_do_not_fit_are_refused(
    sources: Path, name: str, old: str, new: str, refusal: str
) -> None:
    """A language is complete, and a reference leads somewhere."""
    _change(sources, name, old, new)

    with pytest.raises(Refused) as refused:
        make(sources)

    assert refusal in str(refused.value)


def test_a_sentence_must_not_stand_twice(sources: Path) -> None:
    """Two places with one sentence in all languages want a reference."""
    _write(
        sources,
        {
            "en/zeta": "exceptions: {zeta: Begins with https and may have a path.}",
            "de/zeta": "exceptions: {zeta: Beginnt immer mit https und so.}",
        },
    )
    make(sources)

    _change(sources, "de/zeta", "immer mit https und so", "mit https und kann einen")
    _change(sources, "de/common", "kann einen Pfad haben", "kann einen")
    with pytest.raises(Refused, match=r"one text, .* exceptions\.zeta shared\.place"):
        make(sources)


def test_a_label_may_stand_twice(sources: Path) -> None:
    """A short label means something else at each place."""
    for language in ("en", "de"):
        _write(sources, {f"{language}/zeta": "exceptions: {zeta: Acme}"})

    assert "zeta" in make(sources)["translations/de.json"]


def test_a_portal_touches_its_own_files_only(sources: Path) -> None:
    """What is added under a portal's name joins what is there."""
    before = {path: path.read_bytes() for path in sources.rglob("*.yaml")}
    text = "config: {step: {zeta: {title: Zeta, description: %s}}}"
    _write(
        sources,
        {
            "en/zeta": text % "=shared.place" + "\nentity: {sensor: {zeta: Zeta}}",
            "de/zeta": "config: {step: {zeta: {title: Z}}}\n"
            "entity: {sensor: {zeta: Z}}",
            "icons/zeta": "entity: {sensor: {zeta: mdi:alphabetical}}",
            "actions/zeta": "get_zeta: {fields: =shared.target}",
        },
    )

    files = make(sources)

    german = json.loads(files["translations/de.json"])
    assert german["config"]["step"].keys() == {"acme", "acme_again", "zeta"}
    assert german["config"]["step"]["zeta"]["description"].startswith("Beginnt")
    assert german["entity"]["sensor"]["zeta"] == {"name": "Z"}
    icons = json.loads(files["icons.json"])["entity"]["sensor"]
    assert icons["zeta"] == {"default": "mdi:alphabetical"}
    assert yaml.safe_load(files["services.yaml"]).keys() == {"get_cost", "get_zeta"}
    assert {path: path.read_bytes() for path in before} == before


def test_the_check_names_what_is_stale(
    sources: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A source that was changed makes its file stale, and no other."""
    integration = tmp_path / "integration"
    (integration / "translations").mkdir(parents=True)
    monkeypatch.setattr(make_texts, "SOURCES", sources)
    monkeypatch.setattr(make_texts, "INTEGRATION", integration)
    monkeypatch.setattr("sys.argv", ["make_texts.py"])
    assert make_texts.main() == 0
    monkeypatch.setattr("sys.argv", ["make_texts.py", "--check"])
    assert make_texts.main() == 0

    _change(sources, "de/acme", "Es gibt keine.", "Es gibt nichts.")
    (integration / "translations" / "xx.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()

    assert make_texts.main() == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in said] == [
        "translations/de.json",
        "translations/xx.json",
    ]


def test_the_check_fails_where_sources_are_refused(
    sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong is said, and nothing is written."""
    monkeypatch.setattr(make_texts, "SOURCES", sources)
    monkeypatch.setattr("sys.argv", ["make_texts.py", "--check"])
    _change(sources, "de/acme", "no_data: Es gibt keine.", "")

    assert make_texts.main() == 1
    assert "de lacks exceptions.no_data" in capsys.readouterr().err
