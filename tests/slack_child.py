"""The Slack app in a process of its own, which a test can kill: arguments are home, API, pause and time to stop."""

import sys
from pathlib import Path

from fake_slack import APP_TOKEN, bot_token
from slack_running import CodeWords

from bot.cli_slack import until_interrupted
from bot.settings import Settings
from bot.slack.app import SlackApp
from bot.slack.serve import alone, socket_mode
from bot.slack.workspaces import sign_in

home, api, pause, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
settings = Settings(home=home, slack_api=api, slack_bot_token=bot_token("T1"), slack_app_token=APP_TOKEN)
ending = until_interrupted()
with alone(settings), socket_mode(SlackApp(CodeWords(pause), settings, sign_in(settings)), settings, seconds):
    print("ready", flush=True)
    ending()
