"""What a paper wants and is not there: figures, appendices, and words that no page can show as they were meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial

from priority_two.checks.gate import Judgement, critical
from priority_two.errors import Error, attempt
from priority_two.files.data_folder import DataFolder
from priority_two.files.reads import ReadFile
from priority_two.periods import Period
from priority_two.reference.catalogue import MEASURE_ID, Catalogue
from priority_two.report.briefing_blocks import briefing_blocks
from priority_two.report.documents_shown import exhibits, narrative
from priority_two.report.headlines import read_headlines
from priority_two.report.kinds.kind import Kind
from priority_two.report.material import Material
from priority_two.report.paper import Paper
from priority_two.report.wording import document_faults, reference_faults
from priority_two.returns.coverage import expected
from priority_two.sentences import listed
from priority_two.updates.documents import Appendix, Update
from priority_two.updates.narrative import blocks_of

_MEASURE = re.compile(rf"(?<![\w-]){MEASURE_ID}(?![\w-])", re.ASCII)
_RETURN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}_([a-z0-9-]+)", re.ASCII)


def unbound(
    kind: Kind, material: Material, judgements: list[Judgement], read: dict[str, ReadFile]
) -> list[Error | str]:
    """Return every fault of words, narratives, exhibits and headlines: all at once, not the first that a section meets.

    Parameters
    ----------
    kind
        The kind of report.
    material, judgements, read
        What was read and judged, where nothing is wrong with the reference data, and what was read for it.
    """
    trial = Paper(kind, material, judgements, read)
    readers: list[Callable[[], object]] = []
    if material.updates and kind.headlines:
        readers.append(partial(read_headlines, trial))
    documents: dict[str, Update | Appendix] = dict(material.updates)
    documents |= {
        f"appendix {number}": document
        for number, document in material.appendices.items()
        if number not in material.briefings
    }
    # Exhibits that are no measures have been named already.
    judged = {finding.error.file for finding in critical(judgements) if finding.expectation == "exhibits-known"}
    for place, document in documents.items():
        readers.append(partial(narrative, trial, document, level=4))
        if document.file not in judged:
            readers.append(partial(exhibits, trial, document, place))
    readers += [partial(briefing_blocks, trial, number) for number in material.briefings]
    group = material.group
    if group and group.document:
        readers += [
            partial(blocks_of, passage.text, group.file, passage.row + 1, trial.evidence, set(), level=4)
            for passage in group.passages
        ]
    errors = unprintable(material)
    for reader in readers:
        attempt(errors, None, reader)
    return errors


def unprintable(material: Material) -> list[Error | str]:
    """Return the fault of every word that no page can show as it was meant."""
    written = [*material.updates.values(), *material.appendices.values()]
    written += [material.group.document] if material.group and material.group.document else []
    errors: list[Error | str] = [*reference_faults(material.catalogue)]
    for document in written:
        errors += document_faults(document)
    return errors


def nothing_received(folder: DataFolder, catalogue: Catalogue, quarter: Period) -> list[Error]:
    """Return a fault where no partner has ever sent a return, with whose is to come for a quarter."""
    months = quarter.months()
    senders = [row.name for row in catalogue.senders.values() if any(expected(row, month) for month in months)]
    if not senders or folder.names("returns", "*"):
        return []
    wanted = f"the returns of {listed(senders)} for {quarter.months_label}"
    fix = f"priority-two due --period {quarter} --out DIR writes what to send them, priority-two ingest takes it in"
    return [Error(folder.shown("returns"), wanted, found="none", fix=fix)]


def not_there(
    kind: Kind,
    material: Material,
    judgements: list[Judgement],
    folder: DataFolder,
    unreadable: set[str],
    doubted: set[str] | None,
) -> list[Error | str]:
    """Return what is not there, but for what may stand in a file that cannot be used."""
    senders = {name: measure.partners for name, measure in material.catalogue.measures.items()}
    appendices = folder.shown(f"updates/{material.quarter}/appendices/")
    some_appendix = any(file.startswith(appendices) for file in unreadable)

    def follows(error: Error | str) -> bool:
        if not isinstance(error, Error):
            return False
        wanted = _MEASURE.findall(error.found)
        sent = any(among(partner, doubted) for name in wanted for partner in senders.get(name, ()))
        return sent or (error.column == "appendix" and some_appendix)

    return [error for error in unbound(kind, material, judgements, folder.read) if not follows(error)]


def doubted_partners(files: Iterable[str], returns: str, known: set[str]) -> set[str] | None:
    """Return the partners of whose returns one cannot be used; None where it may be anybody's."""
    partners = set()
    for file in files:
        if file == returns:
            return None
        if file.startswith(f"{returns}/"):
            name = file.removeprefix(f"{returns}/").split("/")[0]
            match = _RETURN.fullmatch(name)
            if not match or match[1] not in known:
                return None
            partners.add(match[1])
    return partners


def among(partner: str, doubted: set[str] | None) -> bool:
    """Whether a partner is one of those whose returns cannot be used."""
    return doubted is None or partner in doubted
