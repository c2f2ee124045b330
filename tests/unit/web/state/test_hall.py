"""web.state.hall: who is here, and what the phones are asked."""

import threading
from collections import Counter

import pytest

from web.state.hall import NO, QUESTIONS_PER_PHONE, VOTE_QUESTION, YES, Hall

FLOWER = (5.9, 2.8, 4.8, 1.6)
FLOWERS = [(5.0, 3.0, 1.0 + k / 10, 0.2) for k in range(30)]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def open_round(hall, n=30):
    assert hall.open("round", FLOWERS[:n], follows=hall.revision, version=1, truth=[0] * n, model=[0] * n)
    return hall.activity


# --- who is here ------------------------------------------------------------------------------------------


def test_a_phone_keeps_its_slot_while_its_flower_moves():
    hall = Hall()
    hall.see("a", FLOWER, 1, version=1)
    hall.see("b", FLOWER, 1, version=1)
    hall.see("a", (6.0, 2.8, 5.1, 1.9), 2, version=2)
    first, second = hall.dots()
    assert (first.slot, first.x[2], first.species, first.version) == (0, 5.1, 2, 2)
    assert (second.slot, second.version) == (1, 1)


def test_who_leaves_is_away_then_gone_and_comes_back_at_the_same_place():
    clock = Clock()
    hall = Hall(clock=clock)
    hall.see("a", FLOWER, 1, version=1)
    hall.see("b", FLOWER, 1, version=1)
    hall.leave("a")
    assert [dot.is_away for dot in hall.dots()] == [True, False]
    clock.now = 89
    assert len(hall.dots()) == 2
    hall.arrive("a")
    hall.see("a", FLOWER, 1, version=1)
    assert [(dot.slot, dot.is_away) for dot in hall.dots()] == [(0, False), (1, False)]
    hall.leave("b")
    clock.now = 180
    assert [dot.slot for dot in hall.dots()] == [0]


def test_of_too_many_phones_the_one_that_was_seen_the_longest_ago_gives_way():
    clock = Clock()
    hall = Hall(most_phones=3, clock=clock)
    for clock.now, seat in enumerate("abcd"):
        hall.see(seat, FLOWER, 1, version=ord(seat))
    assert {dot.version for dot in hall.dots()} == {ord(seat) for seat in "bcd"}
    assert {dot.slot for dot in hall.dots()} == {0, 1, 2}


def test_a_page_that_is_still_drawn_when_its_connection_ends_does_not_bring_its_phone_back():
    clock = Clock()
    hall = Hall(clock=clock)
    hall.see("a", FLOWER, 1, version=1)
    hall.leave("a")
    hall.see("a", FLOWER, 1, version=1)
    assert [dot.is_away for dot in hall.dots()] == [True]
    hall.arrive("a")
    assert [dot.is_away for dot in hall.dots()] == [False]
    hall.leave("a")
    clock.now = 91
    assert hall.dots() == ()


def test_who_left_without_being_seen_changes_nothing():
    hall = Hall()
    hall.leave("nobody")
    assert hall.dots() == ()


# --- what they are asked ----------------------------------------------------------------------------------


def test_each_phone_gets_five_different_flowers_and_keeps_them():
    hall = Hall()
    open_round(hall)
    asked = hall.questions("a")
    assert len(set(asked)) == QUESTIONS_PER_PHONE
    assert hall.questions("a") == asked


def test_every_flower_is_given_to_about_as_many_phones():
    hall = Hall()
    open_round(hall)
    counts = Counter(question for phone in range(60) for question in hall.questions(f"phone {phone}"))
    assert (len(counts), set(counts.values())) == (30, {10})


def test_of_a_phone_and_a_flower_the_first_answer_counts():
    hall = Hall()
    number = open_round(hall).number
    question = hall.questions("a")[0]
    assert hall.answer("a", number, question, 1)
    assert not hall.answer("a", number, question, 2)
    assert hall.phone_state("a").given == {question: 1}


def test_an_answer_to_a_question_of_another_phone_or_activity_does_not_count():
    hall = Hall()
    number = open_round(hall).number
    asked = hall.questions("a")
    other = next(question for question in range(30) if question not in asked)
    assert not hall.answer("a", number, other, 1)
    assert not hall.answer("b", number, asked[0], 1)
    assert not hall.answer("a", number + 1, asked[0], 1)
    assert hall.told().n_answers == 0


def test_nothing_of_what_was_answered_is_told_before_the_reveal():
    hall = Hall()
    number = open_round(hall).number
    for question in hall.questions("a")[:3]:
        hall.answer("a", number, question, 1)
    hall.questions("b")
    told = hall.told()
    assert (told.answers, told.n_answers, told.n_phones, told.per_phone) == ((), 3, 2, (0, 3))
    assert hall.close(follows=hall.revision)
    assert [choice for _, _, choice in hall.told().answers] == [1, 1, 1]


def test_after_the_reveal_no_answer_and_no_phone_is_taken():
    hall = Hall()
    number = open_round(hall).number
    question = hall.questions("a")[0]
    hall.close(follows=hall.revision)
    assert not hall.answer("a", number, question, 1)
    assert hall.questions("late") == ()


def test_of_two_who_saw_the_same_state_one_succeeds():
    hall, won = Hall(), []
    seen = hall.revision
    barrier = threading.Barrier(8)

    def press(k: int) -> None:
        barrier.wait()
        if hall.open("round", FLOWERS, follows=seen, version=k, truth=[0] * 30, model=[0] * 30):
            won.append(k)

    threads = [threading.Thread(target=press, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert hall.activity.version == won[0]
    assert hall.revision == seen + 1


def test_with_an_old_revision_nothing_is_closed_or_ended():
    hall = Hall()
    open_round(hall)
    assert not hall.close(follows=hall.revision - 1)
    assert not hall.end(follows=hall.revision + 1)
    assert hall.activity.is_open


def test_a_new_activity_drops_the_answers_of_the_one_before():
    hall = Hall()
    number = open_round(hall).number
    hall.answer("a", number, hall.questions("a")[0], 1)
    open_round(hall)
    assert hall.told().n_answers == 0
    hall.end(follows=hall.revision)
    assert (hall.activity, hall.questions("a")) == (None, ())


def test_a_phone_that_gives_its_questions_back_does_not_count_unless_it_has_answered():
    hall = Hall()
    number = open_round(hall).number
    hall.questions("a"), hall.questions("b")
    hall.answer("b", number, hall.questions("b")[0], 1)
    hall.forget("a")
    hall.forget("b")
    assert (hall.told().n_phones, hall.told().n_answers) == (1, 1)
    hall.questions("c")
    hall.answer("c", number, hall.questions("c")[0], 1)
    hall.close(follows=hall.revision)
    assert len({phone for phone, _, _ in hall.told().answers}) == 2


def test_a_phone_cannot_make_its_number_up():
    hall = Hall()
    number = hall.new_phone()
    assert hall.is_phone(number)
    assert not hall.is_phone(number[::-1])
    assert not hall.is_phone("0" * 32)
    assert not Hall().is_phone(number)


def test_of_two_who_decide_one_does_and_the_other_changes_nothing():
    hall = Hall()
    hall.open("vote", [VOTE_QUESTION], follows=0, version=2, release=7)
    assert hall.begin(follows=hall.revision) is None
    hall.questions("a")
    hall.answer("a", hall.activity.number, 0, YES)
    hall.close(follows=hall.revision)
    seen = hall.revision
    state = hall.begin(follows=seen)
    assert (state.activity.release, len(state.told.answers), state.is_busy) == (7, 1, True)
    assert hall.begin(follows=seen) is None
    assert hall.begin(follows=hall.revision) is None
    assert not hall.end(follows=hall.revision)
    assert not hall.open("vote", [VOTE_QUESTION], follows=hall.revision, version=3)
    hall.finish("done")
    assert (hall.state().outcome, hall.state().is_busy, hall.state().told.n_answers) == ("done", False, 1)
    assert hall.begin(follows=hall.revision)
    hall.finish(None, ends=True)
    assert hall.activity is None


def test_a_vote_has_one_question():
    hall = Hall()
    hall.open("vote", [VOTE_QUESTION], follows=0, version=2)
    for phone, choice in (("a", YES), ("b", NO), ("c", YES)):
        assert hall.questions(phone) == (0,)
        hall.answer(phone, hall.activity.number, 0, choice)
    hall.close(follows=hall.revision)
    assert sorted(choice for _, _, choice in hall.told().answers) == [NO, YES, YES]


def test_an_activity_is_bounded():
    hall = Hall(most_phones=2)
    open_round(hall)
    asked = [hall.questions(f"phone {k}") for k in range(5)]
    assert [bool(questions) for questions in asked] == [True] * 4 + [False]


@pytest.mark.parametrize("n", [1, 3])
def test_fewer_flowers_than_questions_are_all_asked(n):
    hall = Hall()
    open_round(hall, n)
    assert sorted(hall.questions("a")) == list(range(n))


def test_no_answer_is_lost_if_many_phones_answer_at_once():
    hall = Hall()
    number = open_round(hall).number
    phones = [f"phone {k}" for k in range(40)]

    def play(phone: str) -> None:
        for question in hall.questions(phone):
            hall.answer(phone, number, question, 0)

    threads = [threading.Thread(target=play, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert hall.told().n_answers == len(phones) * QUESTIONS_PER_PHONE
