"""Vectors in a real Chroma: rows come back, the segment's folder is never touched, copies do not pile up."""

import subprocess
import sys
import tempfile
from pathlib import Path

import chromadb
import numpy as np
import pytest
from helpers import contents, file_limit, python
from numpy.typing import NDArray

from index.vectors import VectorsError, VectorStore, write_vectors


def unit(count: int, dimension: int = 16, seed: int = 1) -> NDArray[np.float32]:
    """Random unit vectors."""
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which readers keep their copies."""
    place = tmp_path / "copies"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_the_nearest_rows_are_those_of_a_full_scan(tmp_path: Path, copies: Path) -> None:
    rows = {"sentences-en": unit(700), "sentences-de": unit(1, seed=2), "passages-en": unit(40, seed=3)}
    for name, vectors in rows.items():
        write_vectors(tmp_path / "chroma", name, vectors)
    store = VectorStore(tmp_path / "chroma")
    for name, vectors in rows.items():
        assert store.count(name) == len(vectors)
        for question in unit(5, seed=4):
            found, cosines = store.nearest(name, question, 10)
            exact = np.argsort(-vectors @ question, kind="stable")[:10]
            assert len(found) == min(10, len(vectors))
            assert len(set(found.tolist()) & set(exact.tolist())) >= 0.9 * len(found)
            assert np.allclose(cosines, vectors[found] @ question, atol=1e-4)
            assert (np.diff(cosines) <= 1e-6).all()
    store.close()


def test_a_collection_that_is_not_there_is_empty(tmp_path: Path, copies: Path) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", unit(3))
    store = VectorStore(tmp_path / "chroma")
    assert store.count("sentences-fr") == 0
    rows, cosines = store.nearest("sentences-fr", unit(1)[0], 5)
    assert len(rows) == len(cosines) == 0
    store.close()


def test_equal_vectors_are_all_kept(tmp_path: Path, copies: Path) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", np.repeat(unit(2), 50, axis=0))
    store = VectorStore(tmp_path / "chroma")
    assert store.count("sentences-en") == 100
    assert np.allclose(store.nearest("sentences-en", unit(2)[1], 20)[1], 1, atol=1e-4)
    store.close()


def test_any_chroma_client_can_read_documents_and_metadata(tmp_path: Path) -> None:
    write_vectors(
        tmp_path / "chroma", "passages-de", unit(2), documents=["Eins.", "Zwei 😀."], metadatas=[{"start": 0}, {"start": 6}]
    )
    client = chromadb.PersistentClient(str(tmp_path / "chroma"), settings=chromadb.Settings(anonymized_telemetry=False))
    got = client.get_collection("passages-de", embedding_function=None).get()
    assert (got["ids"], got["documents"]) == (["0", "1"], ["Eins.", "Zwei 😀."])
    assert got["metadatas"] == [{"start": 0}, {"start": 6}]
    client.close()


def test_reading_leaves_the_folder_as_it_is(tmp_path: Path, copies: Path) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", unit(30))
    before = contents(tmp_path / "chroma")
    stores = [VectorStore(tmp_path / "chroma") for _ in range(3)]
    for store in stores:
        store.nearest("sentences-en", unit(1)[0], 5)
    assert len(list(copies.iterdir())) == 3
    for store in stores:
        store.close()
        store.close()
    assert contents(tmp_path / "chroma") == before
    assert list(copies.iterdir()) == []


def test_copies_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path: Path, copies: Path) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", unit(3))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name in (f"dealbrief-{dead.pid}-a", "dealbrief-1-b", "dealbrief-x-c", f"other-{dead.pid}-d"):
        (copies / name).mkdir()
    first = VectorStore(tmp_path / "chroma")
    second = VectorStore(tmp_path / "chroma")
    left = {path.name for path in copies.iterdir()}
    assert {"dealbrief-1-b", "dealbrief-x-c", f"other-{dead.pid}-d"} <= left
    assert f"dealbrief-{dead.pid}-a" not in left
    assert len(left) == 5
    first.close()
    second.close()


def test_the_copy_goes_with_its_process(tmp_path: Path) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", unit(3))
    (tmp_path / "temporary").mkdir()
    code = "import sys; from pathlib import Path; from index.vectors import VectorStore\n"
    code += "store = VectorStore(Path(sys.argv[1])); print(store.count('sentences-en'))"
    said = python("-c", code, str(tmp_path / "chroma"), env={"TMPDIR": str(tmp_path / "temporary")})
    assert (said.stdout, said.stderr) == ("3\n", "")
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("size", [0, 50_000])
def test_no_room_is_one_sentence(tmp_path: Path, size: int) -> None:
    write_vectors(tmp_path / "chroma", "sentences-en", unit(200))
    code = "import sys; from pathlib import Path; import numpy as np; from index.vectors import *\n"
    code += "try: {}\nexcept VectorsError as error: print(error)"
    write = "write_vectors(Path(sys.argv[1]), 'sentences-en', np.eye(300, dtype=np.float32))"
    for work, place in ((write, tmp_path / "new"), ("VectorStore(Path(sys.argv[1]))", tmp_path / "chroma")):
        said = python("-c", code.format(work), str(place), env={"TMPDIR": str(tmp_path)}, preexec_fn=file_limit(size))
        assert said.returncode == 0, said.stderr
        assert said.stderr == ""
        assert said.stdout.startswith("Chroma cannot w")
        assert said.stdout.count("Free space") == 1
        assert len(said.stdout) < 700
        assert said.stdout.count("\n") == 1
    assert not list(tmp_path.glob("dealbrief-*"))


def test_where_no_copy_can_lie_with_other_temporary_files_it_lies_beside_the_segments(tmp_path: Path, copies: Path) -> None:
    folder = tmp_path / "index" / "segments" / "1" / "chroma"
    folder.parent.mkdir(parents=True)
    write_vectors(folder, "sentences-en", unit(3))
    copies.rmdir()
    copies.write_text("in the way")
    store = VectorStore(folder)
    assert store.count("sentences-en") == 3
    (copy,) = (tmp_path / "index" / "readers").iterdir()
    store.close()
    assert not copy.exists()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path, copies: Path) -> None:
    with pytest.raises(VectorsError, match="Chroma cannot work"):
        VectorStore(tmp_path / "missing")
    assert list(copies.iterdir()) == []
