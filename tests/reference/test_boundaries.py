from __future__ import annotations

import copy
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from priority_two.errors import Refused
from priority_two.reference.boundaries import (
    LARGEST_FILE,
    MOST_FEATURES,
    MOST_POINTS,
    enclosed,
    in_degrees,
    joined,
    read_boundaries,
    rings,
)

SHOWN = "data/reference/wards.geojson"
SQUARE = [[0, 0], [2, 0], [2, 1.5], [0, 1.5], [0, 0]]
HOLE = [[0.5, 0.5], [0.5, 1], [1, 1], [0.5, 0.5]]


def feature(code="E05000106", geometry=None, **properties):
    return {
        "type": "Feature",
        "properties": {"OBJECTID": 1, "WD20CD": code, "WD20NM": "Bickley", **properties},
        "geometry": geometry or {"type": "Polygon", "coordinates": [SQUARE]},
    }


def collection(*features):
    return {"type": "FeatureCollection", "name": "wards", "features": list(features)}


BOROUGH = {"LAD20CD": "E09000006"}  # a code too, but the same in every ward
TWO = collection(
    feature(geometry={"type": "Polygon", "coordinates": [SQUARE, HOLE]}, **BOROUGH),
    feature(
        "E05000107",
        {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[5, 5, 40.5], [6, 5, 0], [6, 6, 0], [5, 5, 40.5]]]]},
        **BOROUGH,
    ),
)


def read(folder: Path, content: object):
    file = folder / "wards.geojson"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_boundaries(file, SHOWN)


def refusal(folder: Path, content: object) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(folder, content)
    lines = [str(error) for error in refused.value.errors]
    assert all(line.startswith(SHOWN) and line.isprintable() and len(line) < 1000 for line in lines)
    return lines


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_polygons_come_with_their_codes_and_what_was_read_is_told(tmp_path: Path, mark: bytes) -> None:
    content = mark + json.dumps(TWO).encode()
    found = read(tmp_path, content)
    assert (found.file, found.column, list(found.shapes)) == (SHOWN, "WD20CD", ["E05000106", "E05000107"])
    assert (found.read.sha256, found.read.size) == (hashlib.sha256(content).hexdigest(), len(content))
    one, other = found.shapes.values()
    assert one == ((tuple((float(x), float(y)) for x, y in SQUARE), tuple((float(x), float(y)) for x, y in HOLE)),)
    assert [len(polygon) for polygon in other] == [1, 1]
    assert other[1][0] == ((5.0, 5.0), (6.0, 5.0), (6.0, 6.0), (5.0, 5.0))  # heights are left out
    assert [enclosed(ring) for ring in rings(one)] == [3.0, -0.125]


def test_degrees_are_told_from_metres() -> None:
    degrees = ((((0.05, 51.4), (0.06, 51.4), (0.06, 51.5), (0.05, 51.4)),),)
    metres = ((((540000.0, 168000.0), (541000.0, 168000.0), (541000.0, 169000.0), (540000.0, 168000.0)),),)
    assert in_degrees([degrees])
    assert not in_degrees([metres])
    assert not in_degrees([degrees, metres])


def with_ring(ring: object) -> dict:
    return collection(feature(geometry={"type": "Polygon", "coordinates": [ring]}))


WORDS = {
    "no JSON": (b"{", "well-formed JSON"),
    "nothing": (b"", "well-formed JSON"),
    "not UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "UTF-16": (json.dumps(TWO).encode("utf-16"), "UTF-8"),
    "NaN": (b'{"type": NaN}', "NaN"),
    "Infinity": (b"[-Infinity]", "Infinity"),
    "a key twice": (b'{"type": 1, "type": 2}', "the key type twice"),
    "a huge whole number": (b"[" + b"9" * 5000 + b"]", "whole number"),
    "deep lists": (b"[" * 100_000 + b"]" * 100_000, "deep"),
    "deep objects": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "deep"),
    "very many lists": (b"[" + b"[]," * 2_000_000 + b"[]]", "points"),
    "very many texts": (b"[" + b'"a",' * 500_000 + b"1]", "names and texts"),
    "a list": ([TWO], "FeatureCollection"),
    "a geometry alone": ({"type": "Polygon", "coordinates": [SQUARE]}, "found Polygon"),
    "features no list": ({"type": "FeatureCollection", "features": {}}, "FeatureCollection"),
    "no feature": (collection(), "1 to 2000 features"),
    "too many features": (collection(*[None] * (MOST_FEATURES + 1)), "found 2001"),
    "a feature that is none": (collection(feature(), 7), "feature 2"),
    "no properties": (collection({**feature(), "properties": None}), "feature 1"),
    "no geometry": (collection({**feature(), "geometry": None}), "no geometry in feature 1"),
    "a point": (collection(feature(geometry={"type": "Point", "coordinates": [1, 2]})), "found Point in feature 1"),
    "a type that is a list": (collection(feature(geometry={"type": ["Polygon"]})), "no geometry"),
    "no coordinates": (collection(feature(geometry={"type": "MultiPolygon"})), "polygons"),
    "no rings": (collection(feature(geometry={"type": "Polygon", "coordinates": []})), "rings"),
    "a polygon for a multipolygon": (
        collection(feature(geometry={"type": "MultiPolygon", "coordinates": [SQUARE]})),
        "positions",
    ),
    "ring too short": (with_ring([[0, 0], [1, 1], [0, 0]]), "a ring of 3"),
    "ring open": (with_ring([[0, 0], [1, 0], [1, 1], [0, 1]]), "an open ring"),
    "ring without area": (with_ring([[0, 0], [1, 1], [2, 2], [0, 0]]), "encloses an area"),
    "position of one": (with_ring([[0], [1, 0], [1, 1], [0]]), "two or three numbers"),
    "position of four": (with_ring([[0, 0, 0, 0]] * 4), "two or three numbers"),
    "text for a number": (with_ring([["0", 0], [1, 0], [1, 1], ["0", 0]]), "two or three numbers"),
    "true for a number": (with_ring([[True, 0], [1, 0], [1, 1], [True, 0]]), "two or three numbers"),
    "beyond every grid": (with_ring([[0, 0], [10_000_001, 0], [1, 1], [0, 0]]), "beyond"),
    "an endless number": (json.dumps(with_ring(SQUARE)).replace("1.5", "1e999").encode(), "beyond"),
    "one point too many": (
        json.dumps(with_ring("RING")).replace('"RING"', "[" + "[0,0]," * MOST_POINTS + "[0,0]]").encode(),
        "at most 500000 points",
    ),
    "no code": (collection(feature("Bickley")), "found OBJECTID, WD20CD, WD20NM"),
    "the same code twice": (collection(feature(), feature()), "found OBJECTID, WD20CD"),
    "two codes": (collection(feature(**BOROUGH), feature("E05000107", LAD20CD="E09000008")), "found WD20CD, LAD20CD; "),
    "a code in Arabic digits": (collection(feature("E٠٥٠٠٠١٠٦")), "GSS code"),
    "no property": (collection({**feature(), "properties": {}}), "no property"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "said"), WORDS.values(), ids=list(WORDS))
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, content: object, said: str) -> None:
    (line,) = refusal(tmp_path, content)
    assert said in line


def test_brackets_in_text_are_text_and_numbers_of_many_digits_are_numbers(tmp_path: Path) -> None:
    content = collection(feature(NOTE="[{" * 50_000 + '\\"' + "]", AREA=10**30))
    assert list(read(tmp_path, content).shapes) == ["E05000106"]


def test_every_fault_is_named_and_hostile_names_forge_no_line(tmp_path: Path) -> None:
    bad = {"type": "Point\ncritical: all is well", "coordinates": []}
    lines = refusal(tmp_path, collection(feature("1", bad), feature("2"), feature("3", bad)))
    assert ["feature 1" in lines[0], "feature 3" in lines[1], "GSS" in lines[2]] == [True, True, True]
    names = {f"name {n} \x1b[31m{'x' * 200}": n for n in range(300)}
    (line,) = refusal(tmp_path, collection({**feature(), "properties": names}))
    assert "more; expected one property" in line
    assert len(refusal(tmp_path, collection(*[feature("1", bad)] * 500))) == 101


def test_what_is_no_file_of_that_size_is_not_read(tmp_path: Path) -> None:
    large, pipe = tmp_path / "large", tmp_path / "pipe"
    with large.open("wb") as handle:
        handle.truncate(LARGEST_FILE + 1)
    os.mkfifo(pipe)
    for path, said in (
        (large, "a larger file"),
        (pipe, "found none"),
        (tmp_path, "found none"),
        (tmp_path / "none", "found none"),
        (tmp_path / ("x" * 5000), "found none"),
        (Path("a\0b"), "found none"),
    ):
        with pytest.raises(Refused) as refused:
            read_boundaries(path, SHOWN)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
PLACES = [
    ("features",), ("features", 0), ("features", 0, "type"), ("features", 0, "properties"),
    ("features", 0, "properties", "WD20CD"), ("features", 1, "geometry"), ("features", 1, "geometry", "type"),
    ("features", 1, "geometry", "coordinates"), ("features", 1, "geometry", "coordinates", 0),
    ("features", 1, "geometry", "coordinates", 1, 0), ("features", 1, "geometry", "coordinates", 1, 0, 2),
    ("features", 1, "geometry", "coordinates", 1, 0, 2, 0),
]  # fmt: skip


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_in_its_place_a_file_is_read_or_refused(tmp_path: Path, place: tuple, value: object) -> None:
    content = copy.deepcopy(TWO)
    inner = content
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    try:
        found = read(tmp_path, content)
    except Refused as refused:
        assert all(str(error).isprintable() for error in refused.errors)
    else:
        assert all(
            abs(x) <= 1e7 and abs(y) <= 1e7 for shape in found.shapes.values() for r in rings(shape) for x, y in r
        )


def test_shapes_come_in_the_order_of_the_areas(tmp_path: Path) -> None:
    found = read(tmp_path, TWO)
    shapes = joined(found, {"E05000107": "Biggin Hill", "E05000106": "Bickley"})
    assert list(shapes) == ["E05000107", "E05000106"]
    assert shapes == found.shapes


def test_a_file_for_other_areas_is_refused_with_both_lists(tmp_path: Path) -> None:
    found = read(tmp_path, TWO)
    with pytest.raises(Refused) as refused:
        joined(found, {"E05000106": "Bickley", "E05000108": "Bromley\nCommon"})
    lacking, strange = (str(error) for error in refused.value.errors)
    assert lacking.startswith(f"{SHOWN}, column WD20CD: found none for 1 of 2 areas; ")
    assert lacking.endswith(r"; add E05000108 Bromley\nCommon")
    assert "found 1 of 2 boundaries for no such area; " in strange
    assert strange.endswith("; take out E05000107")


def test_long_lists_are_bounded_and_say_how_many_more_there_are(tmp_path: Path) -> None:
    found = read(tmp_path, collection(*[feature(f"E05{n:06d}") for n in range(1000)]))
    with pytest.raises(Refused) as refused:
        joined(found, {f"E06{n:06d}": f"Ward {n} {'x' * 500}" for n in range(1000)})
    for line, kind in zip(map(str, refused.value.errors), ("E06", "E05"), strict=True):
        named = line.count(kind)
        assert 1 <= named < 50
        assert line.endswith(f" … and {1000 - named} more")
