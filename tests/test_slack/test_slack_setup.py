"""Setting up: the manifest, the check, tokens that are missing or wrong, signatures, and the command."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from command import Command, ended
from fake_slack import APP_TOKEN, SECRET, FakeSlack, bot_token
from slack_running import CodeWords, over_http, until

from bot.settings import Settings, SettingsError
from bot.slack.check import SCOPES, examine, manifest
from bot.slack.serve import alone
from bot.slack.workspaces import WHERE

TOKENS = {
    "DEALBRIEF_SLACK_BOT_TOKEN": bot_token("T1"),
    "DEALBRIEF_SLACK_APP_TOKEN": APP_TOKEN,
    "DEALBRIEF_SLACK_SIGNING_SECRET": SECRET,
}
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "assistant_thread_started": "assistant:write",
    "channel_left": "channels:history",
    "group_left": "groups:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "tokens_revoked": None,
}
"""What Slack's documents name as the scope of each event that the app subscribes to."""


def test_the_manifest_is_of_slack_s_form_and_asks_for_no_more_than_is_explained() -> None:
    read = manifest()
    assert set(read) == {"display_information", "features", "oauth_config", "settings"}
    assert len(read["display_information"]["name"]) <= 35 and len(read["display_information"]["description"]) <= 140
    (command,) = read["features"]["slash_commands"]
    assert command["command"].startswith("/") and len(command["command"]) <= 32
    assert 0 < len(command["description"]) <= 2000 and len(command["usage_hint"]) <= 1000 and command["should_escape"] is False
    assert len(read["features"]["assistant_view"]["assistant_description"]) <= 160
    assert read["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    events = read["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) == set(EVENT_SCOPES)
    scopes = read["oauth_config"]["scopes"]["bot"]
    assert set(scopes) == set(SCOPES) and list(read["oauth_config"]["scopes"]) == ["bot"]
    assert {scope for scope in EVENT_SCOPES.values() if scope} <= set(scopes)
    assert read["settings"]["interactivity"]["is_enabled"] and read["settings"]["socket_mode_enabled"]


def home_settings(slack: FakeSlack, home: Path, **more: Any) -> Settings:
    """Settings with all tokens."""
    given = {name.removeprefix("DEALBRIEF_").lower(): value for name, value in TOKENS.items()}
    return Settings(home=home, slack_api=slack.api, **{**given, **more})


def test_the_check_finds_nothing_where_nothing_is_wrong(slack: FakeSlack, home: Path) -> None:
    for http in (False, True):
        found = examine(home_settings(slack, home), http=http)
        assert [one.problem for one in found if one.problem] == []
        assert any("Team T1" in one.what for one in found)
    assert len(slack.of("apps.connections.open")) == 1


def test_the_check_names_what_is_missing_and_goes_on(slack: FakeSlack, home: Path) -> None:
    slack.scopes = "chat:write,commands"
    found = examine(home_settings(slack, home, slack_app_token="xapp-wrong"))
    missing = {one.what.removeprefix("scope ") for one in found if one.problem and one.what.startswith("scope")}
    assert missing == set(SCOPES) - {"chat:write", "commands"}
    (socket,) = [one.problem for one in found if one.what.startswith("app token")]
    assert "DEALBRIEF_SLACK_APP_TOKEN" in socket and "xapp-wrong" not in socket
    found = examine(home_settings(slack, home, slack_bot_token="xoxp-1", slack_signing_secret="short"), http=True)
    assert all(one.problem for one in found) and len(found) == 2
    assert "xoxp-1" not in str(found) and "short" not in str(found)


@pytest.mark.parametrize("variable", sorted(TOKENS))
def test_a_missing_token_is_named_with_where_to_find_it(tmp_path: Path, shared_cache: Path, variable: str) -> None:
    command = Command(tmp_path / "home", shared_cache)
    given = {name: value for name, value in TOKENS.items() if name != variable} | {"DEALBRIEF_SLACK_API": "http://127.0.0.1:9/"}
    options = ["--http"] if "SECRET" in variable else []
    with FakeSlack() as slack:
        said = command.run("slack", *options, variables={**given, "DEALBRIEF_SLACK_API": slack.api})
    assert said.code == 1 and len(said.err.splitlines()) == 1
    assert variable in said.err and WHERE[variable] in said.err
    assert not any(secret in said.err for secret in given.values())


def test_a_wrong_bot_token_is_named(tmp_path: Path, shared_cache: Path) -> None:
    with FakeSlack() as slack:
        wrong = {**TOKENS, "DEALBRIEF_SLACK_BOT_TOKEN": "xoxb-wrong", "DEALBRIEF_SLACK_API": slack.api}
        said = Command(tmp_path / "home", shared_cache).run("slack", variables=wrong)
        checked = Command(tmp_path / "home", shared_cache).run("slack", "--check", "--json", variables=wrong)
    assert said.code == 1 and "invalid_auth" in said.err and "DEALBRIEF_SLACK_BOT_TOKEN" in said.err
    assert "xoxb-wrong" not in said.err
    assert checked.code == 1 and [one["ok"] for one in json.loads(checked.out)] == [False, True]


def test_the_command_runs_answers_and_ends(slack: FakeSlack, tmp_path: Path, shared_cache: Path, write_corpus: Any) -> None:
    command = Command(tmp_path / "home", shared_cache, write_corpus())
    process = command.start("slack", variables={**TOKENS, "DEALBRIEF_SLACK_API": slack.api})
    assert process.stdout is not None
    try:
        assert process.stdout.readline().decode().startswith("Dealbrief answers in Team T1.")
        event = slack.write("<@UBOTT1> Who received Northwind's letter about Baltica Ferries?")
        slack.send(slack.event(event | {"type": "app_mention"}))
        until(lambda: "Ingrid Solberg" in str(slack.bot_says()))
    finally:
        process.send_signal(signal.SIGINT)
    assert ended(process).code == 0


def test_a_second_one_in_the_same_home_says_so(slack: FakeSlack, home: Path, shared_cache: Path) -> None:
    with alone(home_settings(slack, home)):
        said = Command(home, shared_cache).run("slack", variables={**TOKENS, "DEALBRIEF_SLACK_API": slack.api})
    assert said.code == 1 and "Another dealbrief slack" in said.err


def test_only_what_slack_signed_just_now_is_done(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home) as app:
        url = slack.url
        assert url
        event = slack.event(slack.write("<@UBOTT1> code-1?") | {"type": "app_mention"})
        assert slack.call(url, event, secret="f" * 32)[0] == 401
        assert slack.call(url, event, age=400)[0] == 401
        assert slack.call(url, event, headers={"X-Slack-Signature": ""})[0] == 401
        assert app.inbox.waiting(["T1"]) == [] and slack.bot_says() == []
        assert slack.call(url, {"type": "url_verification", "challenge": "abc"})[:2] == (200, '{"challenge": "abc"}')
        connection = HTTPConnection(url.split("/")[2])
        connection.putrequest("POST", "/slack/events")
        connection.putheader("Content-Length", "1100000")
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()
        with urllib.request.urlopen(url.replace("/slack/events", "/healthz")) as said:
            assert json.load(said) == {"status": "ok", "workspaces": 1}
        assert slack.call(url, event)[0] == 200
        until(slack.bot_says)


def test_rubbish_is_not_a_traceback(slack: FakeSlack, home: Path) -> None:
    with over_http(slack, CodeWords(), home):
        assert slack.url
        for body in ({}, {"type": "event_callback"}, {"type": "event_callback", "team_id": "T1", "event": {"type": "message"}}):
            assert slack.call(slack.url, body)[0] in (200, 404)
        request = urllib.request.Request(slack.url, b"\xff\xfe", {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code == 400
        assert slack.bot_says() == []


def test_settings_of_slack(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Settings(home=home, slack_admins="U1, U2,", slack_bot_token="xoxb-secret")
    assert read.slack_admin_ids == {"U1", "U2"} and "xoxb-secret" not in repr(read)
    with pytest.raises(SettingsError, match="DEALBRIEF_SLACK_TIMEZONE"):
        Settings(home=home, slack_timezone="Mars/Base")


def test_ask_does_not_import_slack(tmp_path: Path) -> None:
    code = "import sys, bot.cli\nprint([name for name in sys.modules if name.startswith(('slack', 'websocket', 'bot.slack'))])"
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert said.stdout == "[]\n", said.stderr
