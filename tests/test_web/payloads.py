"""Texts that would do something if any of them were taken for markup, a link, a template, a formula or a command."""

import json
from pathlib import Path

HOSTILE: list[str] = json.loads((Path(__file__).parent.parent / "data" / "hostile_texts.json").read_text(encoding="utf-8"))
