"""A wheel, installed into a new environment in another folder, carries all data and answers there."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from command import Command

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "corpus", "index")


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Runs a command that must succeed and gives what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this working tree, built from a copy of it without the network."""
    tree = tmp_path_factory.mktemp("tree")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tree / "dist", cwd=tree)
    (wheel,) = (tree / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds the wheel, and the libraries of this one through a .pth file."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    own = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip())
    # A .pth file in a folder that a .pth file names is not read: the editable install of this tree stays out.
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=folder)
    return folder


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    files = [
        path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= packed


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_the_bundled_story_is_there(elsewhere: Path) -> None:
    code = (
        "import bot, json\nfrom corpus import BUNDLED, load\nstory = load(BUNDLED)\n"
        "print(json.dumps([bot.__file__, len(story), str(story.as_of), len(story.problems)]))"
    )
    file, count, as_of, problems = json.loads(run(elsewhere / "venv" / "bin" / "python", "-c", code, cwd=elsewhere))
    assert Path(file).is_relative_to(elsewhere)
    assert count == len(list((ROOT / "corpus" / "articles").rglob("*.md"))) > 0
    assert (as_of, problems) == ("2026-06-30", 0)


def test_the_command_answers_there(
    elsewhere: Path, shared_cache: Path, write_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    corpus = write_corpus()
    environment = Command(tmp_path / "home", shared_cache).environment()
    (tmp_path / "bot.py").write_text("raise SystemExit('a stray file was read')\n", encoding="utf-8")
    command = elsewhere / "venv" / "bin" / "dealbrief"
    question = "Who received Northwind's letter?"
    printed = json.loads(run(command, "--corpus", corpus, "ask", question, "--json", cwd=tmp_path, env=environment))
    assert printed["kind"] == "answer" and printed["confidence"] is not None
    assert "Ingrid Solberg" in printed["statements"][0]["text"]
