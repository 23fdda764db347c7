"""A thousand questions in Slack on a bad day; prints how soon they were acknowledged. Run by `make soak`."""

import time
from pathlib import Path

import pytest
from fake_slack import FakeSlack
from slack_load import faults_of, live_through


@pytest.mark.timeout(1200)
def test_a_thousand_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    with FakeSlack() as slack:
        day = live_through(slack, tmp_path / "home", events=1000, channels=20)
        waits = day.waits()
        assert faults_of(slack, day) == [] and slack.faults == []
    half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    with capsys.disabled():
        print(
            f"\n{len(day.questions)} questions, {len(day.envelopes)} deliveries, each answered once, "
            f"{time.monotonic() - started:.0f} s; acknowledged in {half:.3f} s (median), {most:.3f} s (.95), {waits[-1]:.3f} s (longest)"
        )
    assert most < 1.0
