"""Tests of irisml.releases.report and irisml.releases.report_page."""

import msgspec
import pytest

from irisml.domain.errors import NoCountsError
from irisml.domain.findings import Finding
from irisml.registry.reference import reference_version
from irisml.releases.report import as_markdown, version_report
from irisml.releases.report_page import report_page

REFERENCE = reference_version().record


@pytest.fixture
def versions(registry):
    return registry.get(2), registry.get(1)


def test_the_report_names_verdict_gate_matrix_yardsticks_and_disagreements(versions):
    version, other = versions
    text = as_markdown(version_report(version, REFERENCE, (), other))
    assert text.startswith("# Version 2 passed the gate\n")
    for title in (
        "Data",
        "Gate",
        "Disagreements",
        "Yardsticks",
        "Confusion matrix of the 30",
        "Provenance",
    ):
        assert f"\n## {title}" in text
    for check in version.manifest.gate.checks:
        assert f"| {check.rule} | passed | {check} |" in text
    assert "| linear discriminant | 147 of 150 |" in text
    assert "Against version 1 (data set 1), on the same 150 reference flowers:" in text
    assert version.manifest.data_fingerprint in text


def test_a_refused_version_and_its_data_say_so(versions):
    version, _ = versions
    refused = Finding("labels", False, "Wrong.", {})
    warned = Finding("drift", False, "Shifted.", {}, "warn")
    gate = msgspec.structs.replace(version.manifest.gate, checks=(refused, *version.manifest.gate.checks))
    manifest = msgspec.structs.replace(version.manifest, gate=gate)
    record = msgspec.structs.replace(REFERENCE, forced=True, reason="on stage")
    text = as_markdown(version_report(type(version)(manifest, "", version.read_file), record, (refused, warned), None))
    assert text.startswith("# Version 2 was refused by the gate (1 of 7)")
    assert "| labels | refused | Wrong. |" in text
    assert "| drift | warning | Shifted. |" in text
    assert "although a check refused it: on stage" in text
    assert "There is no other release to compare with." in text


def test_a_source_cannot_break_a_table_or_become_html(versions):
    version, _ = versions
    record = msgspec.structs.replace(REFERENCE, source="a | b\n<script>alert(1)</script>")
    report = version_report(version, record, (), None)
    text = as_markdown(report)
    assert "a \\| b \\<script>" in text
    page = report_page(report, version.load_forest(), "the card").decode()
    assert page.count("<script") == 3
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_holds_everything_and_asks_nobody(versions):
    """At most 120 kB; no address of another file or host in it."""
    version, other = versions
    page = report_page(version_report(version, REFERENCE, (), other), version.load_forest(), "the card")
    assert len(page) < 120_000
    for word in (b"http:", b"https:", b" src=", b" href=", b"@import", b"url("):
        assert word not in page
    assert b"default-src 'none'" in page


def test_trees_without_counts_have_no_page(versions):
    version, other = versions
    forest = msgspec.structs.replace(version.load_forest(), n_node_samples=(), format=1)
    with pytest.raises(NoCountsError):
        report_page(version_report(version, REFERENCE, (), other), forest, "")
