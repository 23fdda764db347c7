"""JSON files that carry a digest of themselves, so that any changed byte is noticed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_SEAL = "sha256"


def sealed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their digest."""
    return {**values, _SEAL: _digest(values)}


def seal(values: Mapping[str, Any]) -> str:
    """The text of a file that holds these values and their digest."""
    return _text(sealed(values))


def unseal(text: str) -> dict[str, Any]:
    """The values of such a file; ValueError where it is not as `seal` wrote it."""
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")
    values.pop(_SEAL, None)
    if seal(values) != text:
        raise ValueError("changed since it was written")
    return values


def unchanged(values: Mapping[str, Any]) -> bool:
    """Whether values that carry a digest are those that it was taken of; true of values without one."""
    return _SEAL not in values or values[_SEAL] == _digest(values)


def _digest(values: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in values.items() if key != _SEAL}
    return hashlib.sha256(_text(rest).encode(errors="surrogatepass")).hexdigest()


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)
