"""irisml.releases.bundled: adoption of the model bundled in a container image."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest

from irisml import FolderRegistry, ModelService
from irisml.domain.errors import DamagedVersionError, RegistryUnusableError, VersionNotFoundError
from irisml.domain.findings import Finding
from irisml.model.gate_report import GateReport
from irisml.registry import bundled_registry
from irisml.releases.bundled import adopt_bundled_model
from irisml.releases.champion import CAME_WITH_THE_IMAGE, promote, roll_back


@pytest.fixture
def old_image(registry, tmp_path) -> FolderRegistry:
    """An image whose champion is version 1 of the trained registry."""
    return _image_of(registry, 1, tmp_path / "old")


@pytest.fixture
def image(registry, tmp_path) -> FolderRegistry:
    """A newer image, whose champion is version 2 of the trained registry, as the only version in it."""
    return _image_of(registry, 2, tmp_path / "image")


@pytest.fixture
def site(tmp_path) -> FolderRegistry:
    """The persistent registry of a site, empty at first."""
    return FolderRegistry(tmp_path / "site")


def _image_of(registry, number, folder) -> FolderRegistry:
    image = FolderRegistry(folder)
    version = registry.get(number)
    only = image.adopt(version, version.manifest.gate)
    promote(image, only.number, "trained in the build")
    return image


def _history(site):
    return [(release.champion, release.replaced, release.reason) for release in site.releases().releases]


def test_the_first_start_adopts_the_bundled_model(site, image):
    """Its files are identical, and its manifest data are kept."""
    version = adopt_bundled_model(site, image)
    assert (version.number, site.alias("champion")) == (1, 1)
    carried = image.get("champion")
    for name in carried.manifest.files:
        assert version.checked_file(name) == carried.read_file(name)
    assert version.manifest.created == carried.manifest.created
    assert version.manifest.evaluation.confusion == carried.manifest.evaluation.confusion
    assert _history(site) == [(1, None, CAME_WITH_THE_IMAGE)]
    assert site.releases().releases[0].by.kind == "image"


def test_a_restart_changes_nothing(site, image):
    adopt_bundled_model(site, image)
    before = _history(site)
    assert adopt_bundled_model(site, image).number == 1
    assert len(site.versions()) == 1
    assert _history(site) == before


def test_a_newer_bundled_model_that_passes_the_gate_becomes_champion(site, old_image, image):
    """Its gate report names the former champion, which can be restored."""
    adopt_bundled_model(site, old_image)
    version = adopt_bundled_model(site, image)
    assert (version.number, version.manifest.gate.champion) == (2, 1)
    assert (site.alias("champion"), site.alias("previous")) == (2, 1)


def test_an_older_image_does_not_undo_a_newer_one(site, old_image, image):
    """A swap back restores the code; the model needs a roll back of its own."""
    adopt_bundled_model(site, old_image)
    adopt_bundled_model(site, image)
    assert adopt_bundled_model(site, old_image).number == 1
    assert (site.alias("champion"), len(site.versions())) == (2, 2)


def test_a_later_promotion_outlives_a_restart(site, old_image, image):
    """As after a training on stage."""
    adopt_bundled_model(site, image)
    own = site.adopt(old_image.get(1), old_image.get(1).manifest.gate)
    promote(site, own.number, "on stage")
    adopt_bundled_model(site, image)
    assert site.alias("champion") == own.number == 2


def test_a_roll_back_outlives_a_restart(site, old_image, image):
    """A restart of the same image must not promote its model again."""
    adopt_bundled_model(site, old_image)
    adopt_bundled_model(site, image)
    roll_back(site, "worse on stage")
    assert site.alias("champion") == 1
    adopt_bundled_model(site, image)
    assert site.alias("champion") == 1


def test_a_first_start_killed_before_the_promotion_is_completed_by_the_next(site, image):
    """The version serves already, as the only one that passed; then the log has the release, too."""
    site.adopt(image.get(1), GateReport(None, ()))
    assert site.alias("champion") is None
    adopt_bundled_model(site, image)
    assert _history(site) == [(1, None, CAME_WITH_THE_IMAGE)]


def test_the_service_serves_the_bundled_model_at_once(site, old_image, image):
    """Without waiting for its next look at the registry."""
    service = ModelService(str(site.folder))
    service.adopt_bundled_model(old_image)
    assert service.serving_version().number == 1
    service.adopt_bundled_model(image)
    assert service.serving_version().number == 2


def test_a_refused_bundled_model_becomes_challenger(site, old_image, image, monkeypatch):
    """The champion stays; a restart does not add the model again."""
    adopt_bundled_model(site, old_image)
    refusal = GateReport(1, (Finding("not_worse", False, "Worse.", {}),))
    monkeypatch.setattr("irisml.releases.bundled.gate", lambda challenger: refusal)
    adopt_bundled_model(site, image)
    assert (site.alias("champion"), site.alias("challenger")) == (1, 2)
    adopt_bundled_model(site, image)
    assert (site.alias("champion"), len(site.versions())) == (1, 2)


def test_a_start_killed_before_the_promotion_is_completed_by_the_next(site, old_image, image):
    """The version exists, but has never served."""
    adopt_bundled_model(site, old_image)
    report = GateReport(1, (Finding("not_worse", True, "Not worse.", {}),))
    site.adopt(image.get(1), report)
    assert site.alias("champion") == 1
    adopt_bundled_model(site, image)
    assert site.alias("champion") == 2
    assert len(site.versions()) == 2


def test_a_gate_report_on_another_champion_promotes_nothing(site, old_image, image):
    """The start was killed before the promotion, and the champion changed: these two were never compared."""
    adopt_bundled_model(site, old_image)
    site.adopt(image.get(1), GateReport(None, ()))
    adopt_bundled_model(site, image)
    assert site.alias("champion") == 1


def test_an_unreadable_champion_is_not_replaced(site, old_image, image):
    """There was no comparison; the bundled model becomes challenger."""
    adopt_bundled_model(site, old_image)
    (site.folder / "versions/0001/version.json").write_text("{")
    adopt_bundled_model(site, image)
    assert (site.alias("champion"), site.alias("challenger")) == (1, 2)


def test_an_image_older_than_the_champion_becomes_challenger(site, old_image, image):
    """A model trained on stage stays, even if the image is new to the registry."""
    adopt_bundled_model(site, image)
    adopt_bundled_model(site, old_image)
    assert (site.alias("champion"), site.alias("challenger")) == (1, 2)


def test_a_champion_changed_during_the_comparison_stays(site, old_image, image, monkeypatch):
    """The bundled model becomes challenger."""
    adopt_bundled_model(site, old_image)

    class Moving(FolderRegistry):
        def adopt(self, version, gate, dataset=1):
            adopted = super().adopt(version, gate, dataset)
            other = super().adopt(_with_another_forest(version), gate, dataset)
            promote(site, other.number, "on stage")
            return adopted

    adopt_bundled_model(Moving(site.folder), image)
    assert (site.alias("champion"), site.releases().last) == (3, 2)


def _with_another_forest(version):
    """Return the version with a space appended to its forest, so that its hash differs."""
    from dataclasses import replace
    from hashlib import sha256

    content = version.read_file("forest.json") + b" "
    files = {**version.manifest.files, "forest.json": sha256(content).hexdigest()}
    manifest = msgspec.structs.replace(version.manifest, files=files)
    return replace(
        version,
        manifest=manifest,
        read_file=lambda name: content if name == "forest.json" else version.read_file(name),
    )


def test_servers_that_start_together_add_one_version(site, image):
    """Eight at once, as when App Service scales out."""
    together = Barrier(8)

    def start(_):
        together.wait(timeout=30)
        return adopt_bundled_model(FolderRegistry(site.folder), image).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(start, range(8)))
    assert numbers == [1] * 8
    assert len(site.versions()) == 1
    assert _history(site) == [(1, None, CAME_WITH_THE_IMAGE)]


def test_an_altered_bundled_model_is_refused(site, image):
    """The hash does not match; the registry stays empty."""
    (image.folder / "versions/0001/model.joblib").write_bytes(b"altered")
    with pytest.raises(DamagedVersionError, match=r"model\.joblib was altered"):
        adopt_bundled_model(site, image)
    assert site.versions() == ()


def test_an_image_without_a_version_is_an_error(site, tmp_path):
    with pytest.raises(VersionNotFoundError):
        adopt_bundled_model(site, FolderRegistry(tmp_path / "nothing"))
    assert not site.folder.exists()


def test_an_unusable_registry_is_an_error(image, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryUnusableError, match="cannot be used"):
        adopt_bundled_model(FolderRegistry(tmp_path / "file"), image)


def test_with_a_key_the_adopted_model_is_signed(site, image, monkeypatch):
    """An image holds no secret, so its model is not signed; the registry signs it."""
    monkeypatch.setenv("IRISML_SIGNING_KEY", "a key of the site")
    monkeypatch.setenv("IRISML_BUNDLED_MODELS", str(image.folder))
    adopt_bundled_model(site, bundled_registry())
    assert site.get("champion").number == 1
    shutil.rmtree(image.folder)
    monkeypatch.setenv("IRISML_SIGNING_KEY", "another key")
    with pytest.raises(DamagedVersionError, match="signature"):
        site.get(1)


def test_without_the_environment_variable_there_is_no_bundled_model(monkeypatch):
    monkeypatch.delenv("IRISML_BUNDLED_MODELS", raising=False)
    assert bundled_registry() is None
