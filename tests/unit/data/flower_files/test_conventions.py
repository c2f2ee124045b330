"""docs/files.md lists what is read and what is refused: each of its cells is tested."""

import io

import pytest

from irisml.data.flower_files.reading import read_measurements_csv
from irisml.domain.measurements import SPECIES
from tests.unit.data.flower_files.conventions import CONVENTIONS, DOCUMENT, FLOWERS, cells, document


def test_the_document_matches_the_behaviour(registry):
    """Write it again with ``python -m tests.unit.flower_files.conventions``."""
    assert document([(one, cells(one)) for one in CONVENTIONS]) == DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("one", CONVENTIONS, ids=lambda one: f"{one.group}: {one.name}")
def test_what_is_read_equals_what_was_written(one):
    from irisml.domain.errors import InputError

    try:
        table = read_measurements_csv(io.BytesIO(one.content), strict=False)
    except InputError:
        return
    wanted = dict(zip(FLOWERS, SPECIES, strict=True))
    assert set(table.measurements) <= set(FLOWERS)
    assert len(table.measurements) + len(table.problems) >= len(FLOWERS)
    has_labels = one.group != "Label" or one.name not in ("none", "1, 2 (two of three)")
    if table.species is None:
        assert not has_labels or b"setosa" not in one.content
        return
    assert [wanted[flower] for flower in table.measurements] == list(table.species)
