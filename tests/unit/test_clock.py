"""A clock that is set anew is noticed, and believed again after a while."""

from ai_prism.storage.clock import Steps


def test_a_clock_that_was_set_is_not_settled_until_the_time_is_over() -> None:
    day, steady = [1000.0], [0.0]
    steps = Steps(lambda: day[0], lambda: steady[0])

    def pass_by(seconds: float, step: float = 0.0) -> bool:
        steady[0] += seconds
        day[0] += seconds + step
        return steps.settled(5)

    assert pass_by(1)
    assert pass_by(1, step=0.5)
    assert not pass_by(1, step=3600)
    assert not pass_by(4)
    assert pass_by(1)
    assert not pass_by(1, step=-3600)
    assert pass_by(5)
