"""web.server.wall_now: what the wall is told, and what it is not."""

import msgspec
import pytest

from irisml.service.model_service import ModelService
from web.server.wall_now import wall_now
from web.state.hall import Hall

FLOWER = (5.9, 2.8, 4.8, 1.6)


@pytest.fixture
def service(registry) -> ModelService:
    service = ModelService(str(registry.folder))
    service.serving_version()
    return service


def test_every_phone_has_a_place_a_species_and_a_version(service):
    hall = Hall()
    hall.see("a", FLOWER, 1, version=1)
    hall.see("b", (5.0, 3.5, 1.4, 0.2), 0, version=2)
    hall.leave("b")
    now = wall_now(hall, service)
    assert (now.version, now.here, now.versions) == (2, 1, [(1, 1)])
    assert [(dot[0], *dot[3:]) for dot in now.dots] == [(0, 1, 1, 0), (1, 0, 2, 1)]


def test_phones_with_the_same_flower_fan_out_and_the_others_stay(service):
    hall = Hall()
    for k in range(20):
        hall.see(f"phone {k}", FLOWER, 1, version=1)
    before = wall_now(hall, service).dots
    assert len({dot[1:3] for dot in before}) == 20
    hall.see("phone 19", (5.0, 3.5, 1.4, 0.2), 0, version=1)
    assert wall_now(hall, service).dots[:19] == before[:19]


def test_while_a_round_is_open_nothing_is_told_but_counts(service):
    hall = Hall()
    hall.open("round", [FLOWER] * 30, follows=0, version=2, truth=[1] * 30, model=[1] * 30)
    number = hall.new_phone()
    for question in hall.questions(number)[:2]:
        hall.answer(number, hall.activity.number, question, 2)
    now = wall_now(hall, service)
    assert (now.kind, now.open, now.phones, now.answers, now.per_phone) == ("round", True, 1, 2, [2])
    told = msgspec.json.encode(now).decode()
    assert number not in told
    assert set(msgspec.json.decode(told)) == {
        *("boot", "server", "revision", "version", "here", "versions", "dots"),
        *("kind", "open", "phones", "answers", "per_phone"),
    }
