"""infra: what is made on Azure, and how a release goes live"""

import json
import os
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra import release, resources, runner
from infra.__main__ import main
from infra.plan import Step
from infra.runner import AzureError, NoAnswerError, run
from infra.settings import Settings, checked_image
from web.start import DEFAULT_PORT

IRISES = Settings("myirises")
IMAGE, OLD_IMAGE = (f"myirisesimages.azurecr.io/irisml@sha256:{digit * 64}" for digit in "ab")
BUILDS = {IMAGE: "42", OLD_IMAGE: "41"}


class FakeAz:
    """Reads what the fake az wrote down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def calls(self) -> list[list[str]]:
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def images(self) -> dict[str, str]:
        return json.loads((self.folder / "state.json").read_text())["images"]

    def fail(self, command: str) -> None:
        (self.folder / "fails.txt").write_text(command)

    def made(self) -> list[str]:
        """What was created, in order: the words before the first option."""
        return [" ".join(call[: call.index("--resource-group")]) for call in self.calls if "create" in call[:4]]

    def forget(self) -> None:
        (self.folder / "calls.jsonl").unlink()


@pytest.fixture
def az(tmp_path, monkeypatch) -> FakeAz:
    if os.name == "nt":
        pytest.skip("on Windows, infra is for WSL")
    program = tmp_path / "bin/az"
    program.parent.mkdir()
    shutil.copy(Path(__file__).parent / "fake_az.py", program)
    program.chmod(0o755)
    folder = tmp_path / "azure"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_AZ", str(folder))
    return FakeAz(folder)


@pytest.fixture
def sites(az, monkeypatch) -> list[tuple[str, str | None]]:
    """The sites behind the fake az; lists whom the probe asked for which build. They answer at once or never."""
    asked = []

    def wait(address, build, within_s):
        asked.append((address, build))
        app, _, side = address.removeprefix("https://").removesuffix(".example").rpartition("-")
        answers = BUILDS.get(az.images.get(f"{app} {side}"))
        return answers is not None and build in (answers, None)

    monkeypatch.setattr("infra.runner.probe.wait", wait)
    return asked


# --- what is made ---------------------------------------------------------------------------------------------------


def test_everything_is_made_from_nothing(az):
    """And the key of the storage account reaches the mount."""
    run(resources.create(IRISES))
    group = ["group create --name rg-myirises"]
    assert [" ".join(az.calls[0][:4])] == group
    assert len([call for call in az.calls if call[:2] == ["webapp", "create"]]) == 2
    assert len([call for call in az.calls if call[:4] == ["webapp", "deployment", "slot", "create"]]) == 2
    mounts = [call for call in az.calls if call[:4] == ["webapp", "config", "storage-account", "add"]]
    assert [call[call.index("--access-key") + 1] for call in mounts] == ["secret-key=="] * 4


def test_a_second_run_makes_nothing_anew(az):
    """An app that is made again would lose its image, a plan its machines, and a mount that is there is an error."""
    run(resources.create(IRISES))
    az.forget()
    run(resources.create(IRISES))
    commands = {" ".join(word for word in call[:4] if not word.startswith("--")) for call in az.calls}
    for command in commands:
        assert not command.startswith(("webapp create", "webapp deployment slot create", "appservice plan create"))
        assert command != "webapp config storage-account add"
    assert "webapp config appsettings set" in commands  # what somebody has changed by hand is set right again


def test_a_step_that_fails_ends_the_run_with_its_words(az):
    """What comes after it is not tried."""
    az.fail("storage account create")
    with pytest.raises(AzureError, match=r"az storage account create failed \(1\): ERROR: not today"):
        run(resources.create(IRISES))
    assert az.calls[-1][:3] == ["storage", "account", "create"]


@pytest.mark.parametrize("question", ["webapp list", "webapp deployment slot list", "appservice plan list"])
def test_a_question_that_fails_is_no_answer(az, question):
    """An app that az could not look up for a moment must not be made anew: that would take its image away."""
    run(resources.create(IRISES))
    az.forget()
    az.fail(question)
    with pytest.raises(AzureError, match="not today"):
        run(resources.create(IRISES))
    assert [call for call in az.calls if call[:2] == ["webapp", "create"]] == []


def test_the_key_is_not_printed(az, capsys):
    """Neither by us nor by az, which prints it unless told not to."""
    run(resources.create(IRISES))
    assert "secret-key" not in capsys.readouterr().out
    for call in az.calls:
        if "--access-key" in call:
            assert call[call.index("--output") + 1] == "none"


def test_the_dry_run_is_a_script_that_does_the_same(az, capsys, tmp_path):
    """Run by a real shell, it makes the same calls in the same order."""
    assert main(["create", "--name", "myirises", "--dry-run"]) == 0
    script = capsys.readouterr().out
    assert az.calls == []
    run(resources.create(IRISES))
    ours = az.calls
    az.forget()
    (az.folder / "state.json").unlink()
    subprocess.run(["bash", "-c", script], check=True, capture_output=True)
    assert az.calls == ours


@pytest.mark.parametrize("environment", ["dev", "production"])
def test_both_sides_of_an_app_are_set_alike(environment):
    """So that a swap changes the image only; what is sticky differs: the folder of the versions."""
    steps = [step.command for step in resources.create(IRISES) if step.why.startswith(f"{environment}, ")]
    live = [command for command in steps if "--slot staging" not in command]
    slot = [command.replace(" --slot staging", "") for command in steps if "--slot staging" in command]
    assert len(live) == 5
    assert slot == [command.replace("/registry/live", "/registry/staging") for command in live]


def test_the_platform_asks_the_port_on_which_the_app_answers():
    """Both names of the setting, for the platform and for the container."""
    commands = [step.command for step in resources.create(IRISES) if "appsettings" in step.command]
    assert len(commands) == 4
    for command in commands:
        assert f" PORT={DEFAULT_PORT} WEBSITES_PORT={DEFAULT_PORT} " in command


@pytest.mark.parametrize("word", ["west; touch x", "", "west europe"])
def test_a_region_or_size_that_is_none_is_refused(word):
    """Both become part of a script that is made to be pasted."""
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", word)
    with pytest.raises(ValueError, match="neither a region nor a size"):
        Settings("myirises", sku=word)


@pytest.mark.parametrize("name", ["", "ab", "My-Irises", "9irises", "a" * 17, "irises;rm"])
def test_a_name_that_azure_would_refuse_is_refused_before(name):
    """It becomes part of five others."""
    with pytest.raises(ValueError, match="3 to 16 lower-case letters and digits"):
        Settings(name)


# --- a release ------------------------------------------------------------------------------------------------------


def go_live(image=IMAGE, build="42"):
    run(release.release(IRISES, "dev", image, build))


def test_a_release_is_tried_in_the_slot_and_swapped_in(az, sites):
    """The slot is asked first, then the live side, both for this build."""
    go_live()
    assert az.images == {"myirises-dev live": IMAGE, "myirises-dev slot": None}
    assert sites == [("https://myirises-dev-slot.example", "42"), ("https://myirises-dev-live.example", "42")]


def test_an_image_that_does_not_answer_never_goes_live(az, sites):
    """Nothing was swapped."""
    go_live(OLD_IMAGE, "41")
    broken = IMAGE.replace("a", "c")
    with pytest.raises(NoAnswerError, match="does not answer in the slot; dev was not touched"):
        go_live(broken, "43")
    assert az.images["myirises-dev live"] == OLD_IMAGE


def test_a_slot_that_still_answers_from_another_build_is_no_success(az, sites):
    """Azure answers from the old container until the new one is up."""
    with pytest.raises(NoAnswerError, match="Build 42 does not answer in the slot"):
        go_live(OLD_IMAGE, "42")


def test_a_swap_that_does_not_lead_to_the_build_is_swapped_back(az, sites, monkeypatch):
    """By itself; and the old build is asked whether it answers again."""
    go_live(OLD_IMAGE, "41")
    honest = runner.probe.wait
    monkeypatch.setattr(
        "infra.runner.probe.wait",
        lambda address, build, within: not ("live" in address and build == "42") and honest(address, build, within),
    )
    with pytest.raises(NoAnswerError, match="did not answer after the swap; dev was swapped back"):
        go_live()
    assert az.images["myirises-dev live"] == OLD_IMAGE
    assert sites[-1] == ("https://myirises-dev-live.example", None)


def test_a_swap_that_fails_leaves_what_is_live(az, sites):
    """Azure undoes a swap that does not come to its end, so nothing is swapped back on top of it."""
    go_live(OLD_IMAGE, "41")
    az.fail("webapp deployment slot swap")
    with pytest.raises(AzureError, match="not today"):
        go_live()
    assert az.images["myirises-dev live"] == OLD_IMAGE
    assert len([call for call in az.calls if "swap" in call]) == 2


def test_a_roll_back_brings_the_last_release_back(az, sites):
    """And says so if that does not answer either."""
    go_live(OLD_IMAGE, "41")
    go_live()
    run(release.roll_back(IRISES, "dev", "41"))
    assert az.images == {"myirises-dev live": OLD_IMAGE, "myirises-dev slot": IMAGE}


def test_a_roll_back_looks_before_it_swaps(az, sites):
    """After a first release the slot holds nothing, and after a failed one what failed: neither goes live."""
    run(release.release(IRISES, "production", IMAGE, "42"))
    for build in (None, "41"):
        with pytest.raises(NoAnswerError, match="does not hold what you want back; nothing was swapped"):
            run(release.roll_back(IRISES, "production", build))
    assert az.images["myirises live"] == IMAGE


def test_a_way_back_that_fails_is_told(az, sites, monkeypatch):
    """With what Azure says; nothing claims then that all is as before."""
    honest = runner.probe.wait

    def silent_after_the_swap(address, build, within):
        if "live" in address:
            az.fail("webapp deployment slot swap")
            return False
        return honest(address, build, within)

    monkeypatch.setattr("infra.runner.probe.wait", silent_after_the_swap)
    with pytest.raises(NoAnswerError, match=r"the way back failed, too: .*not today"):
        go_live()


@pytest.mark.parametrize(
    ("silent", "made"),
    [("nobody", ["config", "deployment"]), ("-slot", ["config"]), ("-live", ["config", *["deployment"] * 2])],
)
def test_the_dry_run_of_a_release_asks_and_goes_back_too(az, capsys, silent, made):
    """A real shell runs it, with a stand-in for the probe that fails for one side: no swap, or one and the way back."""
    words = ["release", "--name", "myirises", "--environment", "dev", "--image", IMAGE, "--build", "42", "--dry-run"]
    assert main(words) == 0
    probe = f'python3() {{ [ "$1 $2" = "-m web.probe" ] && case "$3" in *{silent}*) return 1;; esac; }}\n'
    ran = subprocess.run(["bash", "-c", probe + capsys.readouterr().out], capture_output=True, text=True)
    assert [call[1] for call in az.calls if call[1] != "show"] == made
    assert ran.returncode == (0 if silent == "nobody" else 1)
    assert ("dev was not touched" in ran.stderr) == (silent == "-slot")


def test_only_the_slot_gets_the_image():
    """The command that looks made for this also writes to the live side; see `infra.release.set_image`."""
    words = release.set_image(IRISES, "dev", IMAGE).words({})
    assert words[:3] == ["webapp", "config", "set"]
    assert words[words.index("--slot") + 1] == "staging"
    assert json.loads(words[-1]) == {"linuxFxVersion": f"DOCKER|{IMAGE}"}


@pytest.mark.parametrize("image", ["irisml", "a.io/irisml:42", "a.io/irisml@sha256:abc", f"{IMAGE}'; rm -rf /"])
def test_an_image_without_a_digest_is_refused(image):
    """A tag may be another image tomorrow."""
    with pytest.raises(ValueError, match="names no digest"):
        checked_image(image)


# --- the command line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["create", "--name", "My-Irises"], 2, "cannot be the name"),
        (["release", "--name", "irises", "--environment", "dev", "--image", "a:1", "--build", "1"], 2, "no digest"),
        (
            ["release", "--name", "irises", "--environment", "test", "--image", IMAGE, "--build", "1"],
            2,
            "invalid choice",
        ),
        (["destroy", "--name", "irises"], 2, "--yes"),
        (["roll-back", "--name", "irises", "--environment", "dev"], 1, "not today"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(az, capsys, words, code, said):
    """Exit code 2 if it makes no sense, 1 if Azure refuses."""
    az.fail("webapp")
    try:
        ended = main(words)
    except SystemExit as stopped:
        ended = stopped.code
    assert ended == code
    printed = capsys.readouterr().err
    assert said in printed
    assert "Traceback" not in printed


def test_without_az_it_says_where_to_get_it(monkeypatch, capsys):
    """And what to do then."""
    monkeypatch.setenv("PATH", "")
    assert main(["destroy", "--name", "irises", "--yes"]) == 1
    assert "Install the Azure CLI" in capsys.readouterr().err


def test_the_name_may_come_from_the_environment(monkeypatch, capsys):
    """So that it is written down once."""
    monkeypatch.setenv("IRISML_AZURE_NAME", "myirises")
    assert main(["roll-back", "--environment", "production", "--dry-run"]) == 0
    assert "slot swap --resource-group rg-myirises --name myirises --slot staging" in capsys.readouterr().out


# --- the real az, which parses a command before it asks for a login ---------------------------------------------------


KNOWN = {"identity": "/subscriptions/0/i", "registry_id": "/subscriptions/0/r", "principal": "0-1", "key": "k=="}


@pytest.fixture(scope="module")
def real_az(tmp_path_factory):
    """Run the real az without a login; it says what it thinks of the words."""
    program = os.environ.get("AZ") or shutil.which("az")
    if program is None:
        reason = "no Azure CLI found; install it or set AZ to its path"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    nowhere = tmp_path_factory.mktemp("azure")  # a fresh folder of settings: nobody is logged in
    environment = {**os.environ, "AZURE_CONFIG_DIR": str(nowhere), "AZURE_CORE_COLLECT_TELEMETRY": "no"}

    def ask(words):
        ran = subprocess.run([program, *words], env=environment, capture_output=True, text=True)
        return ran.returncode, ran.stderr

    ask(["version"])  # the first call writes its settings; the others may then run side by side
    return ask


def every_command() -> dict[str, list[str]]:
    """Each command of each task, once for the two environments, which differ in their names only."""
    plans = (
        *(step for step in resources.create(IRISES) if not step.why.startswith("dev")),
        *resources.destroy(IRISES),
        *release.release(IRISES, "production", IMAGE, "42"),
        *release.logs(IRISES, "production", "logs.zip"),
        *release.instance(IRISES, IMAGE, "42"),
    )
    steps = [part for part in plans if isinstance(part, Step)]
    questions = {step.unless: shlex.split(step.unless) for step in steps if step.unless}
    return {step.command: step.words(KNOWN) for step in steps} | questions


def test_the_real_az_accepts_every_command(real_az):
    """Each gets as far as the login; a word that is wrong would end it before, with 2."""
    commands = every_command()
    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip(commands, pool.map(real_az, commands.values()), strict=True))
    refused = {command: said for command, (code, said) in answers.items() if code != 1 or "az login" not in said}
    assert refused == {}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("--always-on true", "--always-on perhaps"),
        ("--client-affinity-enabled", "--client-affinity-enbaled"),
        ("--sku Basic", "--sku Cheap"),
        ("--custom-id registry ", ""),
        ("webapp deployment slot swap", "webapp deployment slot exchange"),
    ],
)
def test_the_real_az_refuses_a_mutated_command(real_az, right, wrong):
    """The control: a value, an option, a size, something missing, a command that is none."""
    command = next(command for command in every_command() if right in command)
    code, said = real_az(Step("", command.replace(right, wrong)).words(KNOWN))
    assert code == 2, said
