"""Results that can be worked out again: stored whole, believed only where they are whole, and never many."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from priority_two.files.result_cache import ResultCache, build_folder, results, reusing

KEY, OTHER = (sha256(name).hexdigest() for name in (b"one", b"other"))


def test_what_was_stored_is_given_back_and_git_ignores_it(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "build" / "results")
    assert cache.get(KEY) is None
    cache.put(KEY, b"a result")
    assert ResultCache(tmp_path / "build" / "results").get(KEY) == b"a result" and cache.get(OTHER) is None
    assert sorted(path.name for path in cache.folder.iterdir()) == sorted([".gitignore", KEY])
    assert (cache.folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    cache.put(KEY, b"another")
    assert cache.get(KEY) == b"another"


@pytest.mark.parametrize("size", [0, 1, 63, 64, 70, 71])
def test_a_result_that_was_cut_short_is_none(tmp_path: Path, size: int) -> None:
    cache = ResultCache(tmp_path)
    cache.put(KEY, b"a result")
    (tmp_path / KEY).write_bytes((tmp_path / KEY).read_bytes()[:size])
    assert cache.get(KEY) is None


def test_a_result_that_was_written_over_or_put_under_another_name_is_none(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put(KEY, b"a result")
    (tmp_path / KEY).rename(tmp_path / OTHER)
    assert cache.get(OTHER) is None
    cache.put(KEY, b"a result")
    (tmp_path / KEY).write_bytes((tmp_path / KEY).read_bytes().replace(b"result", b"rumour"))
    assert cache.get(KEY) is None
    (tmp_path / KEY).unlink()
    (tmp_path / KEY).mkdir()
    assert cache.get(KEY) is None
    cache.put(KEY, b"a result")  # nobody is troubled with it
    assert cache.get(KEY) is None


def test_the_oldest_go_where_there_are_too_many_and_what_is_too_large_is_not_stored(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, most=3, largest=10)
    keys = [sha256(bytes([number])).hexdigest() for number in range(5)]
    for number, key in enumerate(keys):
        cache.put(key, b"%d" % number)
        os.utime(tmp_path / key, (number, number))
    assert [cache.get(key) for key in keys] == [None, None, b"2", b"3", b"4"]
    cache.put(KEY, b"more than ten bytes")
    assert cache.get(KEY) is None and not (tmp_path / KEY).exists()


def test_where_nothing_can_be_written_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "build").write_text("a file", encoding="utf-8")
    cache = ResultCache(tmp_path / "build" / "results")
    cache.put(KEY, b"a result")
    assert cache.get(KEY) is None


def test_a_key_is_no_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        ResultCache(tmp_path).put("../escaped", b"")


def test_nothing_is_used_again_but_where_that_is_allowed(tmp_path: Path) -> None:
    assert results("fonts") is None
    with reusing(tmp_path):
        assert results("fonts") == ResultCache(tmp_path / "fonts")
        with reusing(None):
            assert results("fonts") is None
    assert results("fonts") is None


def test_a_data_folder_in_no_workspace_has_nowhere_to_leave_results(tmp_path: Path) -> None:
    assert build_folder(tmp_path / "data") is None
    (tmp_path / ".git").mkdir()
    assert build_folder(tmp_path / "data") == tmp_path.resolve() / "build"
