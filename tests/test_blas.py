"""One BLAS thread while anyone is inside, and what was before when all have left."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

import pytest
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from index.blas import one_blas_thread

BLAS = ThreadpoolController().select(user_api="blas")


def blas_threads() -> list[int]:
    return [library["num_threads"] for library in BLAS.info()]


@pytest.fixture(autouse=True)
def two() -> Iterator[list[int]]:
    with BLAS.limit(limits=2):
        yield blas_threads()


@pytest.fixture
def one(two: list[int]) -> list[int]:
    return [1] * len(two)


def test_inside_there_is_one_thread(one: list[int], two: list[int]) -> None:
    with one_blas_thread():
        with one_blas_thread():
            assert blas_threads() == one
        assert blas_threads() == one
    assert blas_threads() == two


def test_the_first_to_enter_may_be_the_first_to_leave(one: list[int], two: list[int]) -> None:
    entered, leave = Event(), Event()
    seen = []

    def stay() -> None:
        with one_blas_thread():
            entered.set()
            leave.wait(10)
            seen.append(blas_threads())

    other = Thread(target=stay)
    with one_blas_thread():
        other.start()
        entered.wait(10)
    leave.set()
    other.join()
    assert seen == [one]
    assert blas_threads() == two


def test_a_thread_may_enter_while_another_that_once_did_lives_on(one: list[int]) -> None:
    with ThreadPoolExecutor(4) as pool:
        meet = Barrier(4)

        def work(_: int) -> list[int]:
            meet.wait(10)
            with one_blas_thread():
                return blas_threads()

        assert list(pool.map(work, range(40))) == [one] * 40


def test_an_error_inside_leaves_too(two: list[int]) -> None:
    with pytest.raises(ValueError, match="shapes"), one_blas_thread():
        raise ValueError("shapes")
    assert blas_threads() == two


def test_a_child_forked_meanwhile_has_its_threads_back() -> None:
    code = """
import os
from threading import Event, Thread
from threadpoolctl import ThreadpoolController
from index.blas import one_blas_thread
info = lambda: [each["num_threads"] for each in ThreadpoolController().select(user_api="blas").info()]
entered, leave, before = Event(), Event(), info()
def stay():
    with one_blas_thread():
        entered.set()
        leave.wait(10)
other = Thread(target=stay)
other.start()
entered.wait(10)
child = os.fork()
if child == 0:
    with one_blas_thread():
        assert set(info()) <= {1}
    os._exit(0 if info() == before else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
leave.set()
other.join()
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=os.getcwd())
    assert (done.stdout.strip(), done.stderr) == ("0", "")
