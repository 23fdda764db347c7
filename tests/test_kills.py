"""A dozen kills over add, index, remove, merge and switch; tests/soak has a hundred."""

from pathlib import Path

from kills import struck


def test_a_dozen_kills_leave_every_article_and_only_right_answers(tmp_path: Path) -> None:
    assert {"added", "indexing", "indexed"} <= struck(tmp_path, 12, 20250402).seen
