"""infra.release: deployment of an image by a slot swap, and roll back."""

import json
import subprocess

import pytest

from infra import release, runner
from infra.__main__ import main
from infra.runner import AzureError, NoAnswerError, run
from infra.settings import checked_image
from tests.delivery.conftest import IMAGE, IRISES, OLD_IMAGE


def go_live(image=IMAGE, build="42"):
    run(release.release(IRISES, "dev", image, build))


def test_a_deployment_is_probed_in_the_slot_and_then_swapped(az, sites):
    """The slot is probed first, then the live side, both for this build."""
    go_live()
    assert az.images == {"myirises-dev live": IMAGE, "myirises-dev slot": None}
    assert sites == [("https://myirises-dev-slot.example", "42"), ("https://myirises-dev-live.example", "42")]


def test_an_image_that_does_not_answer_is_not_swapped(az, sites):
    go_live(OLD_IMAGE, "41")
    broken = IMAGE.replace("a", "c")
    with pytest.raises(NoAnswerError, match="does not respond in the slot; dev was not touched"):
        go_live(broken, "43")
    assert az.images["myirises-dev live"] == OLD_IMAGE


def test_an_answer_from_another_build_in_the_slot_is_a_failure(az, sites):
    """Azure answers from the old container until the new one is up."""
    with pytest.raises(NoAnswerError, match="Build 42 does not respond in the slot"):
        go_live(OLD_IMAGE, "42")


def test_a_swap_is_reversed_if_the_new_build_does_not_answer(az, sites, monkeypatch):
    """The old build is probed again afterwards."""
    go_live(OLD_IMAGE, "41")
    honest = runner.probe.wait
    monkeypatch.setattr(
        "infra.runner.probe.wait",
        lambda address, build, within: not ("live" in address and build == "42") and honest(address, build, within),
    )
    with pytest.raises(NoAnswerError, match="did not respond after the swap; dev was swapped back"):
        go_live()
    assert az.images["myirises-dev live"] == OLD_IMAGE
    assert sites[-1] == ("https://myirises-dev-live.example", None)


def n_swaps(az) -> int:
    return len([call for call in az.calls if "swap" in call])


def test_a_swap_that_fails_twice_keeps_the_live_image_and_is_not_reversed(az, sites):
    """Azure reverts an incomplete swap itself, so it must not be swapped back again."""
    go_live(OLD_IMAGE, "41")
    az.fail("webapp deployment slot swap")
    with pytest.raises(AzureError, match="not today"):
        go_live()
    assert az.images["myirises-dev live"] == OLD_IMAGE
    assert n_swaps(az) == 3


def test_a_swap_that_fails_is_repeated_once(az, sites):
    """It fails now and then: "did not respond to http ping"."""
    go_live(OLD_IMAGE, "41")
    az.fail("webapp deployment slot swap", once=True)
    go_live()
    assert az.images["myirises-dev live"] == IMAGE
    assert n_swaps(az) == 3


def test_the_dry_run_repeats_a_failed_swap_like_the_command(az, sites, capsys):
    """The stub of the probe: neither side has the build before it is swapped."""
    words = ["release", "--name", "myirises", "--environment", "dev", "--image", IMAGE, "--build", "42", "--dry-run"]
    main(words)
    az.fail("webapp deployment slot swap", once=True)
    stub = 'python3() { case "$3 $7" in *-live*120) return 1;; esac; }\n'
    subprocess.run(["bash", "-c", stub + capsys.readouterr().out], check=True, capture_output=True)
    assert n_swaps(az) == 2
    assert az.images["myirises-dev live"] == IMAGE


def test_roll_back_restores_the_previous_image(az, sites):
    go_live(OLD_IMAGE, "41")
    go_live()
    run(release.roll_back(IRISES, "dev", "41"))
    assert az.images == {"myirises-dev live": OLD_IMAGE, "myirises-dev slot": IMAGE}


def test_roll_back_probes_the_slot_before_it_swaps(az, sites):
    """After a first deployment the slot is empty; after a failed one it holds the failed image."""
    run(release.release(IRISES, "production", IMAGE, "42"))
    for build in (None, "41"):
        with pytest.raises(NoAnswerError, match="does not respond with the requested build; nothing was swapped"):
            run(release.roll_back(IRISES, "production", build))
    assert az.images["myirises live"] == IMAGE


def test_a_failed_reversal_is_reported_with_the_message_of_azure(az, sites, monkeypatch):
    honest = runner.probe.wait

    def silent_after_the_swap(address, build, within):
        if "live" in address:
            az.fail("webapp deployment slot swap")
            return False
        return honest(address, build, within)

    monkeypatch.setattr("infra.runner.probe.wait", silent_after_the_swap)
    with pytest.raises(NoAnswerError, match=r"the swap back failed, too: .*not today"):
        go_live()


@pytest.mark.parametrize(
    ("silent", "made"),
    [("nobody", ["--method", "deployment"]), ("-slot", ["--method"]), ("-live", ["--method", *["deployment"] * 2])],
)
def test_the_dry_run_of_a_deployment_probes_and_reverses_like_the_command(az, capsys, silent, made):
    """A real shell runs the script with a stub for the probe that fails for one side."""
    words = ["release", "--name", "myirises", "--environment", "dev", "--image", IMAGE, "--build", "42", "--dry-run"]
    assert main(words) == 0
    probe = f'python3() {{ [ "$1 $2" = "-m ops.probe" ] && case "$3" in *{silent}*) return 1;; esac; }}\n'
    ran = subprocess.run(["bash", "-c", probe + capsys.readouterr().out], capture_output=True, text=True)
    assert [call[1] for call in az.calls if call[1] != "show"] == made
    assert ran.returncode == (0 if silent == "nobody" else 1)
    assert ("dev was not touched" in ran.stderr) == (silent == "-slot")


def test_only_the_slot_gets_the_image():
    """The obvious az command also writes to the live side; see `infra.release.set_image`."""
    words = release.set_image(IRISES, "dev", IMAGE).words({})
    assert words[:3] == ["rest", "--method", "patch"]
    assert "/sites/myirises-dev/slots/staging/config/web?" in words[words.index("--url") + 1]
    assert json.loads(words[words.index("--body") + 1]) == {"properties": {"linuxFxVersion": f"DOCKER|{IMAGE}"}}


@pytest.mark.parametrize("name", ["myirises-a1b2c3.azurecr.io/team/iris-ml", "a.io/x_y.z", "a.b.io/a__b/c--d"])
def test_the_names_that_a_registry_allows_are_accepted(name):
    """A registry of today can have a hyphen in its host name."""
    image = f"{name}@sha256:{'a' * 64}"
    assert checked_image(image) == image


@pytest.mark.parametrize("image", ["irisml", "a.io/irisml:42", "a.io/irisml@sha256:abc", f"{IMAGE}'; rm -rf /"])
def test_an_image_without_a_digest_is_refused(image):
    """A tag can point to another image tomorrow."""
    with pytest.raises(ValueError, match="names no digest"):
        checked_image(image)
