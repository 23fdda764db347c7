"""A hundred kills over add, index, remove, merge and switch (`make soak`)."""

from pathlib import Path

import pytest
from kills import struck


@pytest.mark.timeout(7200)
def test_a_hundred_kills_leave_every_article_and_only_right_answers(tmp_path: Path) -> None:
    kills = struck(tmp_path, 100, 4)
    assert {"added", "removed", "indexing", "indexed"} <= kills.seen
    print(f"100 kills: 0 wrong answers, 0 lost of {len(kills.there)} articles; killed after {dict(kills.after)}")
