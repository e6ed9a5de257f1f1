"""Corrections of a source: a known error, put right by a record until the partner puts it right.

A return is never edited, and a figure is never quietly changed. Where a partner's figure is known to be wrong and no
better return has come, a record in ``data/reference/corrections.yaml`` says so (no file, or an empty one: no
corrections)::

    C001:                           # the record's id: a letter, then digits
      return: 2021-04-20_police     # the return in which the error first stood
      period: 2021-03
      measure: POL01
      area:                         # blank: the whole borough
      breakdown:                    # blank: the total
      expected: 412                 # what the source shows; blank: not available
      corrected: 421                # what it should show; blank: not available
      reason: Two digits changed places in the extract.
      reporter: DVA VAWG Strategic Lead      # a post, not a person
      recorded: 2021-05-04          # when this was written down: an earlier report does not know of it
      status: open                  # open, or mended
      mended_in:                    # the return that mended it, once it has

The corrected value replaces the expected one in that return and in every later one of the same partner that repeats
it, and carries ``corrected by record C001`` in its note. The record fails loudly, as a fault that stops the report,
as soon as it no longer fits: it matches no row; the source shows something other than the expected value (it has been
mended, and the record must say so); or it is marked as mended and the source still shows the error.

A record that is marked ``mended`` goes on correcting the returns before the one that mended it, so that a report as at
an earlier date stays what it was. No fault says a value: figures may be restricted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from priority_two.errors import Error, Refused
from priority_two.files.as_written import Prose
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import try_parse
from priority_two.reference.catalogue import Strict, Words
from priority_two.returns.store import Observation, Receipt

FILE = "reference/corrections.yaml"
CORRECTIONS_PROSE = Prose(words=frozenset({"reason", "reporter"}))
"""The keys of a record whose values are words."""
_ID = re.compile(r"[A-Z]\d{1,6}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_SECRET = ("expected", "corrected")


class _Record(Strict):
    """A record as it stands in the file."""

    source: str = Field(alias="return")
    period: str
    measure: str
    area: str
    breakdown: str
    expected: Decimal | None
    corrected: Decimal | None
    reason: Words = Field(min_length=1)
    reporter: Words = Field(min_length=1)
    recorded: dt.date
    status: Literal["open", "mended"]
    mended_in: str

    @field_validator("area", "breakdown", "mended_in", mode="before")
    @classmethod
    def _blank(cls, value: Any) -> Any:
        return "" if value is None else value

    @field_validator("expected", "corrected", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)):
            raise ValueError("a plain number, or nothing")
        return Decimal(str(value))

    @field_validator("period")
    @classmethod
    def _period(cls, value: str) -> str:
        if try_parse(value) is None:
            raise ValueError("a period such as 2021-03 or 2020-21-Q4")
        return value

    @field_validator("source")
    @classmethod
    def _source(cls, value: str) -> str:
        return str(Receipt.of(value))

    @field_validator("reporter")
    @classmethod
    def _post(cls, value: str) -> str:
        if "@" in value:
            raise ValueError("a post, not an address")
        return value

    @model_validator(mode="after")
    def _agrees(self) -> _Record:
        if self.expected == self.corrected:
            raise ValueError("a corrected value that is not the expected one")
        if (self.status == "mended") != bool(self.mended_in):
            raise ValueError("mended_in where the status is mended, and only there")
        if self.mended_in:
            try:
                source, mended = Receipt.of(self.source), Receipt.of(self.mended_in)
            except ValueError:
                raise ValueError("mended_in to be a later return such as 2021-05-20_police") from None
            if mended.partner != source.partner:
                raise ValueError("mended_in to be a return of the same partner")
            if mended <= source:
                raise ValueError("mended_in to be a later return such as 2021-05-20_police")
        return self


@dataclass(frozen=True)
class Correction:
    """A record: which row of which return is wrong, what it shows and what it should show.

    ``expected`` and ``corrected`` are None for "not available". ``mended_in`` is the return that mended the source,
    or blank. ``file`` and ``row`` say where the record stands.
    """

    id: str
    source: str
    period: str
    measure: str
    area: str
    breakdown: str
    expected: Decimal | None
    corrected: Decimal | None
    reason: str
    reporter: str
    recorded: dt.date
    status: str
    mended_in: str
    file: str
    row: int


def load_corrections(folder: DataFolder) -> list[Correction]:
    """Return the corrections of a data folder, by id; none where it has no such file.

    Raises
    ------
    Refused
        The file cannot be read or a record cannot be used: every fault.
    """
    return (
        read_corrections(folder.mapping(FILE, CORRECTIONS_PROSE))
        if folder.names("reference", "corrections.yaml")
        else []
    )


def read_corrections(mapping: Mapping) -> list[Correction]:
    """Return the corrections of a YAML mapping of ids to records.

    Raises
    ------
    Refused
        A record lacks a key, has one too many or a value that cannot be used, or two records correct one row: every
        fault, none with a figure.
    """
    errors: list[Error] = []
    found: list[Correction] = []
    taken: set[tuple[str, ...]] = set()
    for name, values in mapping.values.items():
        line = mapping.lines.get(name, 1)
        if not _ID.fullmatch(name):
            errors.append(Error(mapping.file, "an id such as C001", line, found=name))
            continue
        try:
            record = _Record.model_validate(values)
        except ValidationError as error:
            errors += _faults(error, mapping.file, line, name)
            continue
        one = Correction(id=name, **record.model_dump(by_alias=False), file=mapping.file, row=line)
        row = (one.source, one.period, one.measure, one.area, one.breakdown)
        if row in taken:
            errors.append(Error(mapping.file, "one record a row of a return", line, name, "a second"))
        taken.add(row)
        found.append(one)
    if errors:
        raise Refused(errors)
    return sorted(found, key=lambda one: one.id)


def correct(
    history: Sequence[Observation], corrections: Iterable[Correction], as_at: dt.date | None = None
) -> list[Observation]:
    """Return a history with the corrections applied, in the same order.

    Parameters
    ----------
    history
        Observations in the order of receipt (:func:`priority_two.returns.store.observations`), as at the date.
    corrections
        The records.
    as_at
        The knowledge cut-off: records written later, or about returns received later, do nothing.

    Raises
    ------
    Refused
        A record matches no row, or does not fit what its source shows: every fault, none with a figure.
    """
    corrected = list(history)
    errors: list[Error] = []
    for one in corrections:
        if as_at is not None and (one.recorded > as_at or Receipt.of(one.source).received > as_at):
            continue
        rows = [(place, row) for place, row in enumerate(history) if _about(one, row)]
        if not rows or return_name(rows[0][1]) != one.source:
            fix = "name the return and the row as they stand, or take the record out"
            errors.append(Error(one.file, f"a row in {one.source} that the record matches", one.row, one.id, fix=fix))
            continue
        known = one.mended_in and (as_at is None or Receipt.of(one.mended_in).received <= as_at)
        mended = one.mended_in if known else ""
        wrong = [(place, row) for place, row in rows if not mended or _receipt(row) < Receipt.of(mended)]
        errors += _misfits(one, wrong, [row for _, row in rows[len(wrong) :]], mended)
        for place, _ in wrong:
            corrected[place] = _put_right(corrected[place], one)
    if errors:
        raise Refused(errors)
    return corrected


def return_name(one: Observation) -> str:
    """Return the name of the return that an observation stands in: its folder's."""
    return one.file.rsplit("/", 2)[-2]


def _about(one: Correction, row: Observation) -> bool:
    """Whether a row is the record's: the same key and partner, in the return named or a later one."""
    same = row.key == (one.period, one.measure, one.area, one.breakdown)
    source = Receipt.of(one.source)
    return same and row.terms.partner == source.partner and _receipt(row) >= source


def _receipt(one: Observation) -> Receipt:
    return Receipt.of(return_name(one))


def _misfits(
    one: Correction, wrong: list[tuple[int, Observation]], after: list[Observation], mended: str
) -> list[Error]:
    """Return the fault of a record that no longer fits its source, if there is one."""
    for _, row in wrong:
        if row.value != one.expected:
            name = return_name(row)
            later = f"set its status to mended and mended_in to {name}"
            fix = "look at both, then put the record right or take it out" if name == one.source else later
            expected = f"the source to show still, in {name} (row {row.row}), the value that the record expects"
            return [Error(one.file, expected, one.row, one.id, "another value", fix)]
    if mended and (not after or return_name(after[0]) != mended):
        expected = f"a row in {mended}, which is said to have mended it"
        return [Error(one.file, expected, one.row, one.id, fix="name the return that mended it, or reopen the record")]
    for row in after:
        if row.value == one.expected:
            expected = f"the source to be mended, as the record says; {return_name(row)} (row {row.row}) is still wrong"
            return [Error(one.file, expected, one.row, one.id, fix="reopen the record")]
    return []


def _put_right(row: Observation, one: Correction) -> Observation:
    said = f"corrected by record {one.id}"
    status = row.status
    if one.corrected is None:
        status = "x"
    elif row.value is None:
        status = ""
    return replace(row, value=one.corrected, status=status, note=f"{row.note}; {said}" if row.note else said)


def _faults(error: ValidationError, file: str, line: int, name: str) -> list[Error]:
    errors = []
    for problem in error.errors(include_url=False, include_context=False, include_input=True):
        key = ".".join(str(part) for part in problem["loc"])
        found = "" if not key or key in _SECRET or isinstance(problem["input"], dict) else str(problem["input"])
        expected = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            expected, found = "this key", "none"
        elif problem["type"] == "extra_forbidden":
            expected, found = "no such key", ""
        errors.append(Error(file, expected, line, f"{name}.{key}" if key else name, found))
    return errors
