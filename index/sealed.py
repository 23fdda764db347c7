"""JSON files that carry a digest of themselves, so that any changed byte is noticed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SEAL = "sha256"


def seal(values: Mapping[str, Any]) -> str:
    """The text of a file that holds these values and their digest."""
    digest = hashlib.sha256(_text(values).encode()).hexdigest()
    return _text({**values, _SEAL: digest})


def unseal(text: str) -> dict[str, Any]:
    """The values of such a file; ValueError where it is not as `seal` wrote it."""
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")
    values.pop(_SEAL, None)
    if seal(values) != text:
        raise ValueError("changed since it was written")
    return values


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)
