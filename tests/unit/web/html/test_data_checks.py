"""Tests of web.html.data_checks and of the list of data sets."""

from irisml.data.data_checks import DATA_CHECKS
from irisml.domain.findings import Finding
from irisml.registry.reference import reference_version
from web.data.charts.data_sets import datasets_figure, datasets_table
from web.html.data_checks import CHECK_NAMES, check_rows, checks_figure
from web.i18n.text import language

CHECKS = (
    Finding("units", True, "Fine.", {}),
    Finding("drift", False, "Shifted.", {}, "warn"),
    Finding("labels", False, "Wrong.", {}),
)


def test_every_check_has_a_name():
    assert CHECK_NAMES.keys() == {check.__name__ for check in DATA_CHECKS}


def test_refusals_stand_first_and_differ_by_mark_and_word():
    rows = check_rows(CHECKS, language("en"))
    assert [(row.name, row.verdict) for row in rows] == [
        ("Labels", "refused"),
        ("Drift", "warning"),
        ("Units", "passed"),
    ]
    html = checks_figure(rows, language("en"))
    assert html.index("✕") < html.index("!</span>") < html.index("✓")
    assert [word in html for word in (": refuses<", ": warns<", ": passes<")] == [True] * 3


def test_names_in_a_finding_are_translated_and_powers_of_ten_are_written():
    check = Finding("drift", False, "{feature}, p = {p}", {"feature": "petal_length", "p": 5.1e-17}, "warn")
    assert language("fr").finding(check) == "longueur du pétale, p = 5,1\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}10⁻¹⁷"


def test_the_reference_is_listed_as_such_and_the_newest_stands_first():
    import msgspec

    reference = reference_version()
    forced = type(reference)(
        msgspec.structs.replace(reference.record, number=2, parent=1, source="a <walk>", checks=CHECKS), "", lambda: b""
    )
    html = datasets_figure(datasets_table([reference, forced], serving=1), language("en"))
    assert html.index("a &lt;walk&gt;") < html.index("the reference")
    assert "refused by 1 check, added by force" in html
    assert html.count("champion</small>") == 1
