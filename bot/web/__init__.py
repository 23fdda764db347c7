"""The web app: a Gradio page over the same chatbot, its records shown and nothing added."""

import os

# Before Gradio is imported: it would otherwise look for a newer version and report its use.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
