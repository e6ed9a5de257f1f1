"""Judging beside the kernel: the same is said as without one, and nothing is used before it is."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from conftest import lean_copy
from priority_two.checks import gate
from priority_two.checks.gate import judge
from priority_two.errors import Refused
from priority_two.files.result_cache import reusing
from priority_two.paths import JUDGED, NOT_SOUND
from priority_two.periods import parse
from priority_two.record.judging import Earlier, Judging, judged
from priority_two.report import open_report
from priority_two.report.request import QUARTERLY, Request

REQUEST = Request(QUARTERLY, parse("2020-21-Q4"))


def said_of(data: Path, *, beside: bool) -> tuple[Request, Judging]:
    with judged(REQUEST, data, beside=beside) as (request, said):
        return request, said.result()


@pytest.mark.slow
def test_judging_in_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    request, verdict = said_of(data, beside=True)
    assert request.as_at is not None and request.as_at == verdict.as_at
    there, here = json.loads(verdict.judgements), said_of(data, beside=False)[1]
    assert there == {key: json.loads(here.judgements)[key] for key in there} and len(there) > 20
    assert (verdict.faults, verdict.summary) == (here.faults, here.summary) == ((), here.summary)


@pytest.mark.slow
def test_what_stops_a_report_is_said_in_place_of_what_went_wrong_meanwhile(tmp_path: Path) -> None:
    data = lean_copy(tmp_path)
    (data / "updates/2020-21-Q4/4b.md").unlink()
    with pytest.raises(Refused) as beside, judged(REQUEST, data, beside=True):
        raise OSError("what went wrong meanwhile")
    with pytest.raises(Refused) as before, judged(REQUEST, data, beside=False):
        pytest.fail("nothing runs where it was judged before")
    assert list(map(str, beside.value.errors)) == list(map(str, before.value.errors))
    assert any("4b.md" in str(error) for error in beside.value.errors)


@pytest.mark.slow
def test_what_was_said_of_the_very_same_is_said_again_and_nothing_is_judged(tmp_path: Path) -> None:
    data, build = lean_copy(tmp_path), tmp_path / "build"
    judgements = build / "judgements"
    with reusing(build):
        request, verdict = said_of(data, beside=False)
    assert verdict.examined and verdict.given == verdict.examined
    again = request, replace(verdict, examined=b"")
    assert len(list(judgements.glob("[0-9a-f]*"))) > 20
    shutil.rmtree(judgements)
    for beside in (True, False):
        with reusing(build):
            assert said_of(data, beside=beside) == again
    assert not judgements.exists()
    others = [replace(REQUEST, as_at=dt.date(2021, 3, 24)), replace(REQUEST, proof=True)]
    named = {Earlier.of(request, data).key for request in [REQUEST, *others]}
    assert named == {""}  # where nothing may be used again, nothing is looked for
    with reusing(build):
        assert len({Earlier.of(request, data).key for request in [REQUEST, *others]}) == 3
        assert Earlier.of(REQUEST, data).get() and not Earlier.of(others[0], data).get()
        (data / "updates/2020-21-Q4/4b.md").unlink()
        with pytest.raises(Refused, match="4b"):
            said_of(data, beside=False)


@pytest.mark.slow
def test_a_notebook_takes_what_was_examined_for_it_and_examines_any_other_report_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, file = lean_copy(tmp_path), tmp_path / "judged"
    request, verdict = said_of(data, beside=False)
    asked = {"kind": REQUEST.kind.name, "period": str(REQUEST.period), "data": str(data)}
    by_hand = open_report(**asked)
    file.write_bytes(verdict.given)
    monkeypatch.setenv(JUDGED, str(file))
    (data / "updates/2020-21-Q4/4b.md").unlink()
    taken = open_report(**asked, as_at=str(request.as_at))
    assert (taken.content(), taken.inputs) == (by_hand.content(), by_hand.inputs)
    with pytest.raises(Refused, match="4b"):
        open_report(**asked, as_at="2021-03-26")


def test_a_notebook_waits_for_its_judgements_and_stops_where_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"file": ["a"], "row": [1], "abbreviation": ["AB"], "_restricted": ["False"]})
    file = tmp_path / "folder" / "judged.json"
    file.parent.mkdir()
    monkeypatch.setenv(JUDGED, str(file))
    with ThreadPoolExecutor(1) as pool:
        waiting: Future[object] = pool.submit(judge, {"abbreviations": frame}, {})
        time.sleep(0.3)
        assert not waiting.done()
        file.write_bytes(NOT_SOUND)
        with pytest.raises(Refused, match="the checks stop this paper"):
            waiting.result()
    gone = tmp_path / "gone" / "judged.json"  # whoever judges is no more there
    monkeypatch.setenv(JUDGED, str(gone))
    with pytest.raises(Refused, match="the checks stop this paper"):
        judge({"abbreviations": frame}, {})


def test_of_what_a_long_process_has_judged_the_last_in_use_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_judgements", {})
    monkeypatch.setattr(gate, "MOST_JUDGEMENTS", 3)

    def shared_after(row: int) -> set[str]:
        columns = {"file": ["a.csv"], "row": [row], "abbreviation": ["VAWG"], "meaning": ["x"], "_restricted": [False]}
        gate.judge({"abbreviations": pd.DataFrame({**columns, "_subject": [""]})}, {})
        return set(json.loads(gate.judgements_to_share()))

    first = shared_after(1)
    for row in (2, 3, 1):
        shared_after(row)
    last = shared_after(4)  # one has to go: not that which was judged first, and asked for again since
    assert len(first) == 1 and len(last) == 3 and first <= last
