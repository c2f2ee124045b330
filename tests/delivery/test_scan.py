"""tools.scan_image: what the end of the scanner means."""

import os

import pytest

from tools import scan_image

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the pretended scanner is a script of a Unix shell")


@pytest.mark.parametrize(
    ("ended", "found"),
    [
        (0, 0),
        (10, 1),  # what --exit-code asks for
        (1, 2),  # no database: the image is neither good nor bad
        (2, 2),
    ],
)
def test_an_image_that_could_not_be_scanned_is_not_taken_for_one_with_vulnerabilities(
    tmp_path, monkeypatch, ended, found
):
    trivy = tmp_path / "trivy"
    trivy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/asked"\nexit {ended}\n')
    trivy.chmod(0o755)
    monkeypatch.setattr(scan_image, "programs", lambda: tmp_path)
    assert scan_image.scan(tmp_path / "image.tar") == found
    asked = (tmp_path / "asked").read_text().splitlines()
    assert {"--severity=CRITICAL,HIGH", "--ignore-unfixed", "--exit-code=10"} <= set(asked)
    assert f"--input={tmp_path}/image.tar" in asked
