"""The base of every error that is meant for the user."""


class BriefingError(Exception):
    """Something a person must know and can act on; the message says what went wrong and what to do."""
