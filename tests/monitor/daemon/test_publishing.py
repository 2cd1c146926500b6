from __future__ import annotations

import threading

import pytest

from models.errors import StoreError
from monitor.daemon.publishing import Publishing
from tests.monitor.daemon.parts import wait_for


class Pages:
    def __init__(self, *errors: Exception) -> None:
        self.written = 0
        self._errors = list(errors)

    def __call__(self) -> None:
        self.written += 1
        if self._errors:
            raise self._errors.pop(0)


def test_pages_are_written_once_something_was_analysed() -> None:
    pages = Pages()
    one = Publishing(pages, 0.01)
    one.start()
    one.news("recording")
    wait_for(lambda: pages.written == 1)
    one.stop(20)
    assert pages.written == 1


def test_what_is_new_at_the_stop_is_still_written() -> None:
    pages = Pages()
    one = Publishing(pages, 3600.0)
    one.start()
    one.news()
    wait_for(lambda: pages.written == 1)
    one.news()
    one.stop(20)
    assert pages.written == 2


def test_many_recordings_at_once_are_one_writing() -> None:
    pages, one = Pages(), None
    one = Publishing(pages, 3600.0)
    for _ in range(100):
        one.news()
    one.start()
    one.stop(20)
    assert pages.written == 1


@pytest.mark.parametrize("error", [StoreError("away"), OSError(28, "full"), ValueError("a defect")])
def test_pages_that_cannot_be_written_are_written_the_next_time(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    pages = Pages(error, error)
    one = Publishing(pages, 0.01)
    one.start()
    one.news()
    wait_for(lambda: one.failing)
    one.news()
    wait_for(lambda: pages.written == 2)
    one.news()
    wait_for(lambda: not one.failing)
    one.stop(20)
    assert caplog.text.count("the pages could not be written") == 1


def test_a_writing_that_takes_long_does_not_hold_up_the_stop_for_ever() -> None:
    release = threading.Event()
    one = Publishing(lambda: release.wait(20) and None, 1.0)
    one.start()
    one.news()
    one.stop(0.05)
    release.set()
