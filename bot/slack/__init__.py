"""The Slack app: the same chatbot and the same records, in threads, panes and modals.

A question is written into the store before Slack is told that it was received; workers answer from there. So nothing is
lost or answered twice when the process, the socket or Slack fails.
"""
