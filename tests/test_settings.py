"""Settings: an argument beats a variable, a variable beats dealbrief.toml in the home, and that a default."""

from pathlib import Path

import pytest

from bot import BriefingError, Settings
from bot.settings import SettingsError
from corpus import BUNDLED


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder that the environment names."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("DEALBRIEF_HOME", str(home))
    return home


def test_an_argument_then_a_variable_then_the_file_then_the_default(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.read().port == 7860
    (home / "dealbrief.toml").write_text("port = 7001\nlanguage = 'de'\n", encoding="utf-8")
    assert (Settings.read().port, Settings.read().language) == (7001, "de")
    monkeypatch.setenv("DEALBRIEF_PORT", "7002")
    assert (Settings.read().port, Settings.read().language) == (7002, "de")
    assert Settings.read(port=7003).port == 7003
    assert Settings.read(port=None).port == 7002


def test_the_constructor_reads_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "dealbrief.toml").write_text("port = 7001\n", encoding="utf-8")
    assert Settings() == Settings.read()
    assert Settings(language="de").port == 7001
    monkeypatch.setenv("DEALBRIEF_PRT", "1")
    with pytest.raises(SettingsError):
        Settings()


def test_the_file_of_the_home_that_is_given_counts(home: Path, tmp_path: Path) -> None:
    (home / "dealbrief.toml").write_text("port = 7001\n", encoding="utf-8")
    other = tmp_path / "other"
    other.mkdir()
    (other / "dealbrief.toml").write_text("port = 7002\n", encoding="utf-8")
    assert Settings.read(home=other).port == 7002
    assert Settings(home=other).port == 7002
    assert Settings.read().port == 7001


def test_a_file_in_the_working_directory_is_not_read(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "dealbrief.toml").write_text("port = 7009\nhome = 'elsewhere'\n", encoding="utf-8")
    monkeypatch.chdir(here)
    assert Settings.read().port == 7860
    assert Settings.read().home == home
    monkeypatch.setenv("DEALBRIEF_HOME", "")
    assert Settings.read().port == 7860
    assert Settings.read().home.is_absolute()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("DEALBRIEF_COPRUS", "DEALBRIEF_CORPUS"), ("DEALBRIEF_HOMES", "DEALBRIEF_HOME"), ("dealbrief_port", "DEALBRIEF_PORT")],
)
def test_an_unknown_variable_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch, name: str, nearest: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError) as raised:
        Settings.read()
    assert name in str(raised.value) and nearest in str(raised.value)


def test_an_unknown_argument_or_key_is_refused_with_the_nearest(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"'langage'.*'language'"):
        Settings.read(langage="de")
    (home / "dealbrief.toml").write_text("prot = 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"dealbrief\.toml.*'prot'.*'port'"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "a lot"),
        ("port", "0"),
        ("port", "70000"),
        ("language", "fr"),
        ("threshold", "1.5"),
        ("threshold", "nan"),
        ("cache_megabytes", "1"),
        ("log_level", "loud"),
    ],
)
def test_a_wrong_value_is_named(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DEALBRIEF_{name.upper()}", value)
    with pytest.raises(BriefingError) as raised:
        Settings.read()
    assert f"DEALBRIEF_{name.upper()}" in str(raised.value) and value in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"port = \n", b"\xff\xfe", b"[a\n"])
def test_a_file_that_cannot_be_read_is_named(home: Path, content: bytes) -> None:
    (home / "dealbrief.toml").write_bytes(content)
    with pytest.raises(SettingsError, match=r"dealbrief\.toml"):
        Settings.read()


def test_an_empty_variable_counts_as_not_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "dealbrief.toml").write_text("port = 7001\n", encoding="utf-8")
    for name in ("PORT", "CORPUS", "THRESHOLD"):
        monkeypatch.setenv(f"DEALBRIEF_{name}", "")
    settings = Settings.read()
    assert (settings.port, settings.corpus, settings.threshold) == (7001, BUNDLED, None)


def test_settings_are_frozen_and_equal_by_value(home: Path) -> None:
    one, other = Settings.read(port=1), Settings.read(port=1)
    assert one == other and hash(one) == hash(other)
    with pytest.raises(ValueError):
        one.port = 2  # type: ignore[misc]


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_each_corpus_has_an_index_of_its_own(home: Path, tmp_path: Path) -> None:
    folders = [Settings.read(corpus=tmp_path / name / "corpus").build.store.folder for name in ("a", "b")]
    folders.append(Settings.read().build.store.folder)
    assert len(set(folders)) == 3
    assert all(folder.is_relative_to(home) for folder in folders)
