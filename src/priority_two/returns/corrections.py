"""Corrections of a source: a known error, corrected by a record until the partner sends the right figure.

A return is never edited, and no figure is changed without a trace. Where a partner's figure is known to be wrong and no
better return has come, a record in ``data/reference/corrections.yaml`` corrects it. Without the file, or with an empty
one, there are no corrections. A record::

    C001:                           # the record's id: a letter, then digits
      return: 2021-04-20_helpline     # the return in which the error first stood
      period: 2021-03
      measure: INC01
      area:                         # blank: the home area
      breakdown:                    # blank: the total
      expected: 412                 # what the source shows; blank: not available
      corrected: 421                # what it should show; blank: not available
      reason: Two digits changed places in the extract.
      reporter: Lead for the priority      # a post, not a person
      recorded: 2021-05-04          # when this was written down: an earlier report does not know of it
      status: open                  # open, or mended
      mended_in:                    # the return that mended it, once it has

The corrected value replaces the expected one in that return and in every later return of the same partner that repeats
it. The figure then has ``corrected by record C001`` in its note. As soon as a record no longer fits, it is a fault that
stops the report: it matches no row; or the source shows another value than the expected one (the partner has corrected
it, and the record must say so); or the record is marked as mended and the source still shows the error.

A record that is marked ``mended`` still corrects the returns before the one that mended it. A report as at an earlier
date therefore stays as it was. No fault shows a value, since figures may be restricted.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from priority_two.errors import Error, Refused
from priority_two.files.as_written import ProseKeys
from priority_two.files.data_folder import DataFolder
from priority_two.files.yaml_mapping import Mapping
from priority_two.periods import parse, try_parse
from priority_two.reference.personal_search import in_mapping, public_numbers
from priority_two.reference.records import MaybeBlank, Strict, Words
from priority_two.returns.store import Observation, Receipt

FILE = "reference/corrections.yaml"
CORRECTIONS_PROSE = ProseKeys(words=frozenset({"reason", "reporter"}))
"""The keys of a record whose values are words."""
_ID = re.compile(r"[A-Z]\d{1,6}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_ONCE = "one record a row of a return"
_SECRET = ("expected", "corrected")


class _Record(Strict):
    """A record as it stands in the file."""

    source: str = Field(alias="return")
    period: str
    measure: str
    area: MaybeBlank
    breakdown: MaybeBlank
    expected: Decimal | None
    corrected: Decimal | None
    reason: Words = Field(min_length=1)
    reporter: Words = Field(min_length=1)
    recorded: dt.date
    status: Literal["open", "mended"]
    mended_in: MaybeBlank

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
            later, source = "mended_in to be a later return such as 2021-05-20_helpline", Receipt.of(self.source)
            try:
                mended = Receipt.of(self.mended_in)
            except ValueError:
                raise ValueError(later) from None
            if mended.partner != source.partner:
                raise ValueError("mended_in to be a return of the same partner")
            if mended <= source:
                raise ValueError(later)
        return self


class Correction(_Record):
    """A record with its id, and the file and row in which it stands.

    ``expected`` and ``corrected`` are None for "not available". ``mended_in`` is the return that mended the source, or
    blank.
    """

    id: str
    file: str
    row: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Period, measure, area and breakdown of the row that is wrong."""
        return str(parse(self.period).plain), self.measure, self.area, self.breakdown

    def about(self, home_area: str) -> tuple[str, str, str, str]:
        """Return the key as observations have it, which know the home area by no code."""
        period, measure, area, breakdown = self.key
        return period, measure, "" if area == home_area else area, breakdown


def load_corrections(folder: DataFolder) -> list[Correction]:
    """Return the corrections of a data folder, by id; none where it has no such file.

    Raises
    ------
    Refused
        The file cannot be read or a record cannot be used: every fault.
    """
    if not folder.names("reference", "corrections.yaml"):
        return []
    mapping = folder.mapping(FILE, CORRECTIONS_PROSE)
    if private := in_mapping(mapping, public_numbers(folder)):
        raise Refused(private)
    return read_corrections(mapping)


def read_corrections(mapping: Mapping) -> list[Correction]:
    """Return the corrections of a YAML mapping of ids to records.

    Raises
    ------
    Refused
        In a record, a key is missing, is unknown or has a value that cannot be used; or two records correct the same
        row. Every fault, none with a figure.
    """
    errors: list[Error] = []
    corrections: list[Correction] = []
    rows: set[tuple[str, ...]] = set()
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
        correction = Correction.model_construct(**dict(record), id=name, file=mapping.file, row=line)
        row = (correction.source, *correction.key)
        if row in rows:
            errors.append(Error(mapping.file, _ONCE, line, name, "a second"))
        rows.add(row)
        corrections.append(correction)
    if errors:
        raise Refused(errors)
    return sorted(corrections, key=lambda correction: correction.id)


def correct(
    history: Sequence[Observation],
    corrections: Iterable[Correction],
    as_at: dt.date | None = None,
    home_area: str = "",
) -> list[Observation]:
    """Return a history with the corrections applied, in the same order, which is that of receipt.

    Records written later than the as-at date, or about returns received later, do nothing.

    Raises
    ------
    Refused
        A record matches no row, or does not fit what its source shows: every fault, none with a figure.
    """
    corrected = list(history)
    errors: list[Error] = []
    corrected_rows: set[tuple[str, tuple[str, ...]]] = set()
    for correction in corrections:
        source, about = Receipt.of(correction.source), correction.about(home_area)
        if (correction.source, about) in corrected_rows:
            errors.append(Error(correction.file, _ONCE, correction.row, correction.id, "a second"))
        corrected_rows.add((correction.source, about))
        if as_at is not None and (correction.recorded > as_at or source.received > as_at):
            continue
        places = [
            place
            for place, row in enumerate(history)
            if row.key == about and row.terms.partner == source.partner and _receipt(row) >= source
        ]
        if not places or return_name(history[places[0]]) != correction.source:
            expected = f"a row in {correction.source} that the record matches"
            fix = "name the return and the row as they stand, or take the record out"
            errors.append(Error(correction.file, expected, correction.row, correction.id, fix=fix))
            continue
        mended = Receipt.of(correction.mended_in) if correction.mended_in else None
        if mended and as_at is not None and mended.received > as_at:
            mended = None
        wrong = [place for place in places if mended is None or _receipt(history[place]) < mended]
        after = [history[place] for place in places[len(wrong) :]]
        errors += _misfits(correction, [history[place] for place in wrong], after, mended)
        for place in wrong:
            corrected[place] = _corrected(corrected[place], correction)
    if errors:
        raise Refused(errors)
    return corrected


def return_name(observation: Observation) -> str:
    """Return the name of the return that an observation stands in: its folder's."""
    return observation.file.rsplit("/", 2)[-2]


def _receipt(observation: Observation) -> Receipt:
    return Receipt.of(return_name(observation))


def _misfits(
    correction: Correction, wrong: list[Observation], after: list[Observation], mended: Receipt | None
) -> list[Error]:
    """Return the fault of a record that no longer fits its source, if there is one."""

    def fault(expected: str, fix: str, actual: str = "") -> list[Error]:
        return [Error(correction.file, expected, correction.row, correction.id, actual, fix)]

    for row in wrong:
        if row.value != correction.expected:
            name = return_name(row)
            expected = f"the source to show still, in {name} (row {row.row}), the value that the record expects"
            if name == correction.source:
                return fault(expected, "look at both, then put the record right or take it out", "another value")
            return fault(expected, f"set its status to mended and mended_in to {name}", "another value")
    if mended and (not after or _receipt(after[0]) != mended):
        expected = f"a row in {mended}, which is said to have mended it"
        return fault(expected, "name the return that mended it, or reopen the record")
    for row in after:
        if row.value == correction.expected:
            expected = f"the source to be mended, as the record says; {return_name(row)} (row {row.row}) is still wrong"
            return fault(expected, "reopen the record")
    return []


def _corrected(row: Observation, correction: Correction) -> Observation:
    note = f"corrected by record {correction.id}"
    status = row.status
    if correction.corrected is None:
        status = "x"
    elif row.value is None:
        status = ""
    return replace(row, value=correction.corrected, status=status, note=f"{row.note}; {note}" if row.note else note)


def _faults(error: ValidationError, file: str, line: int, name: str) -> list[Error]:
    errors = []
    for problem in error.errors(include_url=False, include_context=False, include_input=True):
        key, value = ".".join(str(part) for part in problem["loc"]), problem["input"]
        actual = "" if not key or key in _SECRET or isinstance(value, dict) else str(value)
        expected = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "missing":
            expected, actual = "this key", "none"
        elif problem["type"] == "extra_forbidden":
            expected, actual = "no such key", ""
        errors.append(Error(file, expected, line, f"{name}.{key}" if key else name, actual))
    return errors
