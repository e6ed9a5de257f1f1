"""A proof: a draft in which what is still to write, and what was not received, is a gap and stops nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from priority_two.checks.gate import WARNING, Judgement
from priority_two.files.data_folder import DataFolder
from priority_two.report.material import Material, Proof
from priority_two.updates.documents import blank_update

_GAPS = ("update-written", "all-written")
"""What the dataset ``updates`` is asked, of which a failure is a gap in a proof."""


def as_gaps(judgement: Judgement) -> Judgement:
    """Return a judgement in which nothing stops a paper that a proof shows as a gap."""
    if judgement.dataset != "updates":
        return judgement
    findings = (
        replace(finding, severity=WARNING) if finding.expectation in _GAPS else finding
        for finding in judgement.findings
    )
    return replace(judgement, findings=tuple(findings))


def proof_material(material: Material, judgements: list[Judgement], folder: DataFolder) -> Material:
    """Return a proof's material: an empty update in place of each that is not there, and what is missing."""
    findings = [finding for each in judgements if each.dataset == "updates" for finding in each.findings]
    to_write = {
        Path(finding.error.file).stem: finding.error.found or "still to write"
        for finding in findings
        if finding.expectation in _GAPS
    }
    gaps = tuple(material.evidence.gaps or ())
    if not to_write and not gaps:
        return replace(material, evidence=replace(material.evidence, gaps=None))
    updates = dict(material.updates)
    for name in to_write.keys() - updates.keys():
        file = folder.shown(f"updates/{material.quarter}/{name}.md")
        updates[name] = blank_update(name, file)
    return replace(material, updates=updates, proof=Proof(to_write, gaps))
