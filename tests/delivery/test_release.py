"""infra.release: deployment of an image by a slot swap, and roll back."""

import json
import subprocess

import pytest

from infra import images, release, resources, runner, secret
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


def test_a_swap_is_not_repeated_if_neither_side_has_the_build(az, sites, monkeypatch):
    """It may be on its way: a second one would bring the old build back."""
    go_live(OLD_IMAGE, "41")
    honest = runner.probe.wait

    def silent(address, build, within):
        return False if within == 120 else honest(address, build, within)

    monkeypatch.setattr("infra.runner.probe.wait", silent)
    az.fail("webapp deployment slot swap", once=True)
    with pytest.raises(NoAnswerError, match="Neither side responds with build 42"):
        go_live()
    assert n_swaps(az) == 2


def test_a_roll_back_whose_swap_fails_is_repeated_once(az, sites):
    go_live(OLD_IMAGE, "41")
    go_live()
    az.fail("webapp deployment slot swap", once=True)
    run(release.roll_back(IRISES, "dev", "41"))
    assert az.images["myirises-dev live"] == OLD_IMAGE


@pytest.mark.parametrize(("side", "slot"), [("live", False), ("staging", True)])
def test_the_logs_of_either_side_can_be_downloaded(az, side, slot):
    run(release.logs(IRISES, "production", side, "logs.zip"))
    assert ("--slot" in az.calls[-1]) == slot


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
    [
        ("nobody", ["--method", "start", "start", "deployment", "stop"]),
        ("-slot", ["--method", "start"]),
        ("-live", ["--method", "start", "start", "deployment", "deployment"]),
    ],
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


def test_the_slot_runs_only_while_a_release_needs_it(az, sites):
    """It takes memory from the app beside it, and App Service replaces a machine whose sites are all unhealthy."""
    go_live(OLD_IMAGE, "41")
    assert az.stopped == ["myirises-dev slot"]
    go_live()
    run(release.roll_back(IRISES, "dev", "41"))
    assert az.images["myirises-dev live"] == OLD_IMAGE
    assert az.stopped == ["myirises-dev slot"]


def test_the_app_is_stopped_before_its_first_release_and_not_afterwards(az, sites):
    run(resources.create(IRISES))
    sides = ("myirises live", "myirises slot", "myirises-dev live", "myirises-dev slot")
    assert sorted(az.stopped) == sorted(sides)
    go_live()
    run(resources.create(IRISES))
    assert "myirises-dev live" not in az.stopped


def test_a_failed_build_runs_on_in_the_slot(az, sites):
    """Its log is read there."""
    with pytest.raises(NoAnswerError):
        go_live(OLD_IMAGE, "43")
    assert az.stopped == []


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


def test_images_that_are_old_and_in_no_app_are_deleted(az, sites, capsys):
    """Those in a slot are what a roll back needs, of both environments; a part of another image has no tag."""
    go_live(OLD_IMAGE, "41")
    go_live()
    in_production = IMAGE.replace("a", "d")
    run(release.release(IRISES, "production", in_production, "40")[:3])
    live, slot, other = (image.partition("@")[2] for image in (IMAGE, OLD_IMAGE, in_production))
    az.has("sha256:oldest", other, slot, "sha256:part", "sha256:old", live, "sha256:new", "sha256:newest")
    assert main(["images", "--name", "myirises", "--keep", "2"]) == 0
    deleted = [call[call.index("--image") + 1] for call in az.calls if call[:3] == ["acr", "repository", "delete"]]
    assert deleted == ["irisml@sha256:old", "irisml@sha256:oldest"]


@pytest.mark.parametrize("question", ["webapp config show", "acr manifest list-metadata"])
def test_no_image_is_deleted_if_it_is_not_known_what_is_in_use(az, sites, question):
    go_live()
    az.has("sha256:a", "sha256:b")
    az.fail(question)
    with pytest.raises(AzureError, match="not today"):
        images.retain(IRISES, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["images", "--keep", "0"], "Give 1 or more"),
        (["logs", "--environment", "dev", "--file", "a$b.zip"], "Give another name"),
        (["roll-back", "--environment", "dev", "--build", ""], "cannot be a build"),
        (["instance", "--image", IMAGE, "--build", "a b"], "cannot be a build"),
        (["try", "--image", "irisml:42"], "names no digest"),
    ],
)
def test_bad_input_is_refused_before_azure_is_asked(az, capsys, words, said):
    with pytest.raises(SystemExit):
        main([words[0], "--name", "myirises", *words[1:]])
    assert said in capsys.readouterr().err
    assert az.calls == []


def test_an_instance_is_deleted_in_the_end(az):
    run(release.end_instance(IRISES))
    assert az.calls[0][:2] == ["container", "delete"]


@pytest.mark.parametrize("typed", [["short"], ["petals in the rain", "petals in the sun"]])
def test_a_passphrase_that_cannot_be_is_not_stored(typed, monkeypatch):
    answers = iter(typed)
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    with pytest.raises(ValueError, match=r"Give it 8 or more|Nothing was stored"):
        secret.made("typed")


def test_without_a_terminal_there_is_one_sentence_and_no_traceback(monkeypatch):
    def nobody(_):
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    with pytest.raises(SystemExit, match="Error: There is no terminal"):
        secret.main("typed")


def test_a_random_secret_is_another_one_each_time(capsys):
    secret.main("random")
    secret.main("random")
    assert len(set(capsys.readouterr().out.split())) == 2


def test_a_typed_passphrase_stands_within_the_quotes_of_json(monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda _: 'iris "x" \\')
    assert json.loads(f'"{secret.made("typed")}"') == 'iris "x" \\'
