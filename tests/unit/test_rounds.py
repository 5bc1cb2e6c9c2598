"""A worker's looks at the database do not follow one another while it is away."""

from ai_prism.rounds import REST_SECONDS, Rounds


class Away(Exception):
    pass


def test_after_a_failure_the_others_are_left_for_a_moment() -> None:
    now, done = [100.0], []
    rounds = Rounds((Away,), clock=lambda: now[0])

    def fails() -> None:
        now[0] += 10  # so long it waited
        raise Away

    def works() -> None:
        done.append(now[0])

    rounds.attempt(works)
    rounds.attempt(fails)
    rounds.attempt(works)
    now[0] += REST_SECONDS
    rounds.attempt(works)

    assert done == [100.0, 110 + REST_SECONDS]
