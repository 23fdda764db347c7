"""The web app: a Gradio page over the same chatbot, its records shown and nothing added."""

import os

# Before Gradio is imported: it would otherwise look for a newer version and report its use.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Gradio would keep the last 10,000 calls and work them into a table after each one, for a page of figures that is not served.
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))
