from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.sources.agent_channel import ChannelRule
from monitor.settings.mistakes import InvalidConfigError, Mistake
from monitor.settings.reading import load, values_of
from monitor.settings.sections import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def mistakes_of(text: str, file: Path, environment: dict[str, str] | None = None) -> tuple[Mistake, ...]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidConfigError) as caught:
        load(file, environment or {})
    return caught.value.mistakes


def test_the_shipped_config_toml_names_every_key_with_the_default_of_the_code() -> None:
    loaded = load(ROOT / "config.toml", {})
    assert values_of(loaded.settings) == values_of(Settings())
    unset = {key for key, value in values_of(Settings()).items() if value is None}
    assert {key for key, origin in loaded.origins.items() if origin == "default"} == unset
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    assert [key for key in unset if f"\n# {key[-1]} = " not in text] == []


def test_every_key_of_the_shipped_config_toml_with_a_figure_says_its_unit_or_is_a_count() -> None:
    counts = ("jobs", "_max", "threads", "beam_size", "windows", "repeats", "_words", "channels", "bytes", "port")
    counts += ("streams", "dialogs", "sessions", "lines", "connections", "senders", "waiting", "bursts", "calls")
    counts += ("legs",)
    shares = ("probability", "ratio", "confidence", "match_min", "r_factor")
    units = ("_s", "_ms", "_ppm", "_db", "_dbov", "_hz", "_sps", "_per_min", "_per_s")
    values = {key: value for key, value in values_of(Settings()).items() if not isinstance(value, bool)}
    figures = [key[-1] for key, value in values.items() if isinstance(value, int | float)]
    unnamed = [
        name for name in figures if not name.endswith(units + counts) and not any(map(name.__contains__, shares))
    ]
    assert unnamed == ["interruptions_max_per_10_min"]


def test_without_a_file_everything_is_the_default() -> None:
    loaded = load(None, {})
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}


def test_a_file_changes_what_it_names_and_nothing_else(file: Path) -> None:
    file.write_text('[analysis]\njobs = 3\n[centre]\ncompany_names = ["Seguros Iberia"]\n', encoding="utf-8")
    loaded = load(file, {})
    assert loaded.settings.analysis.jobs == 3
    assert loaded.settings.centre.company_names == ("Seguros Iberia",)
    changed = {".".join(key) for key, origin in loaded.origins.items() if origin == "file"}
    assert changed == {"analysis.jobs", "centre.company_names"}
    assert loaded.settings.limits == Settings().limits


def test_the_environment_wins_over_the_file_and_is_named_as_the_origin(file: Path) -> None:
    file.write_text("[analysis]\njobs = 3\n", encoding="utf-8")
    loaded = load(file, {"TIMBRE_ANALYSIS__JOBS": "2", "TIMBRE_LIMITS__DEAD_AIR_S": "4.5"})
    assert loaded.settings.analysis.jobs == 2
    assert loaded.settings.limits.dead_air_s == 4.5
    assert loaded.origins["analysis", "jobs"] == "TIMBRE_ANALYSIS__JOBS"


@pytest.mark.parametrize("text", ["Ana, Luis", '["Ana", "Luis"]'])
def test_a_list_in_the_environment_is_toml_or_split_at_commas(text: str) -> None:
    assert load(None, {"TIMBRE_CENTRE__AGENT_NAMES": text}).settings.centre.agent_names == ("Ana", "Luis")


def test_text_in_the_environment_needs_no_quotes_even_where_it_looks_like_a_number() -> None:
    assert load(None, {"TIMBRE_ANALYSIS__OUT": "2026"}).settings.analysis.out == "2026"


def test_a_key_of_a_subsection_can_be_set_by_the_environment() -> None:
    loaded = load(None, {"TIMBRE_SPEECH__ACTIVITY__SHORTEST_S": "0.2"})
    assert loaded.settings.speech.activity.shortest_s == 0.2


def test_variables_of_other_programs_and_the_files_own_name_are_left_alone() -> None:
    assert load(None, {"TIMBRE_CONFIG": "x.toml", "HOME": "/", "TIMBRE": "1"}).settings == Settings()


def test_all_mistakes_come_at_once_each_with_its_line(file: Path) -> None:
    text = """[analysis]
jobs = "2"
jbos = 3
[transcriber]
model_sources = [
  "hub",
  "floppy",
]
[limits]
clipped_ratio_max = 2.0
[limit]
x = 1
"""
    found = [(mistake.line, mistake.name, mistake.id) for mistake in mistakes_of(text, file)]
    assert found == [
        (2, "analysis.jobs", "whole_number"),
        (3, "analysis.jbos", "unknown_meant"),
        (7, "transcriber.model_sources.1", "choice"),
        (10, "limits.clipped_ratio_max", "between"),
        (11, "limit", "unknown_meant"),
    ]


def test_an_unknown_key_is_answered_with_the_key_that_was_meant(file: Path) -> None:
    (mistake,) = mistakes_of("[speech.activity]\nstar_probability = 0.3\n", file)
    assert mistake.args == {"meant": "speech.activity.start_probability"}


def test_an_unknown_key_like_no_other_is_answered_without_a_guess(file: Path) -> None:
    (mistake,) = mistakes_of("[analysis]\nzzzzqqqq = 1\n", file)
    assert (mistake.id, mistake.args) == ("unknown", {})


def test_an_unknown_key_in_an_entry_of_a_list_is_a_mistake_too(file: Path) -> None:
    (mistake,) = mistakes_of('[reading]\nlegs = [\n  { agent = "*_a", customer = "*_c", certan = true },\n]\n', file)
    assert (mistake.name, mistake.id) == ("reading.legs.0.certan", "unknown_meant")


def test_a_mistake_in_the_environment_names_the_variable(file: Path) -> None:
    (mistake,) = mistakes_of("", file, {"TIMBRE_LIMITS__RINGS_MAX": "four"})
    assert (mistake.origin, mistake.line, mistake.id) == ("TIMBRE_LIMITS__RINGS_MAX", None, "whole_number")


def test_a_lower_limit_over_its_upper_one_is_a_mistake(file: Path) -> None:
    (mistake,) = mistakes_of("[limits]\ndead_air_s = 20.0\n", file)
    assert (mistake.line, mistake.id, mistake.args["other"]) == (2, "order", "limits.dead_air_flagged_s")


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('[transcriber]\ntone = 1\nmodel_files = { "model.bin" = "12" }', "pattern"),
        ('[reading]\ntimezone = "Mars/Olympus"', "other"),
        ('[reading]\nnames = [{ name = "x", regex = "(" }]', "other"),
        ('[measures]\ntone_plan = "zz"', "choice"),
        ("[limits]\ndead_air_s = nan", "between"),
        ("[limits]\ndead_air_s = -1.0", "between"),
        ("[limits]\nlevel_target_dbov = 3.0", "between"),
        ("[analysis]\njobs = 0", "at_least"),
        ("[analysis]\njobs = 1.5", "whole_number"),
        ("[analysis]\njobs = true", "whole_number"),
        ("analysis = 3", "table"),
        ("[centre]\ncompany_names = 3", "list"),
    ],
)
def test_each_kind_of_wrong_value_has_its_own_message(line: str, mistake: str, file: Path) -> None:
    assert mistake in [found.id for found in mistakes_of(line, file)]


def test_a_password_in_a_wrong_database_url_is_not_repeated(file: Path) -> None:
    found = mistakes_of(f'[database]\nurl = "postgresql://u:hunter2@h/{"x" * 2000}"\n', file)
    assert "hunter2" not in str(found)


def test_rules_for_the_agents_channel_are_read(file: Path) -> None:
    file.write_text('[reading]\nagent_channels = [{ glob = "norte/", agent_channel = 1 }]\n', encoding="utf-8")
    assert load(file, {}).settings.reading.agent_channels == (ChannelRule("norte/", 1),)


def test_a_file_that_is_not_there_is_a_mistake_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigError) as caught:
        load(tmp_path / "none.toml", {})
    assert caught.value.mistakes[0].id == "unreadable"


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 100_000,
        b"a = [\n" * 40_000,
        b"a = " + b"{ b = " * 2000,
        b"a." * 2000 + b"b = 1",
        b"[transcriber]\nmodel_files." + b"c." * 1500 + b"d = 1",
        b"a = 1" + b"0" * 5000,
        b"x" * 300_000,
        b"\xff\xfe\x00",
        b'a = "\x00"',
    ],
)
def test_hostile_toml_is_refused_with_a_mistake(hostile: bytes, file: Path) -> None:
    file.write_bytes(hostile)
    with pytest.raises(InvalidConfigError) as caught:
        load(file, {})
    assert caught.value.mistakes


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(alphabet="[]{}=\"'.#\n ajobs1nlysimtd,", max_size=120))
def test_any_text_is_a_configuration_or_a_list_of_mistakes(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    try:
        loaded = load(file, {})
    except InvalidConfigError as error:
        assert error.mistakes  # noqa: PT017  # both ends are right; anything else would be raised through
    else:
        assert set(tomllib.loads(text)) <= set(Settings.model_fields)
        assert loaded.settings
