"""Timing a folder's own code: who works less than its checks showed gets no speed."""

from collections.abc import Callable

from tests.harness.toy import MODEL, Bencher


def test_who_gives_up_work_while_it_is_timed_gets_no_speed(writes: Callable[..., Bencher]) -> None:
    lazy = MODEL.replace(
        "    @torch.no_grad()\n",
        "    steps = 0\n\n    @torch.no_grad()\n",
    ).replace(
        "        for group in self.param_groups:\n",
        "        Ours.steps += 1\n        if Ours.steps > 100:\n            return\n        for group in self.param_groups:\n",
    )
    rows = writes(lazy).run(speed=True, cases=("speed",))
    assert {r.status for r in rows if r.kind == "check"} == {"ok"}
    (speed,) = [r for r in rows if r.kind == "speed"]
    assert (speed.status, speed.value) == ("failed", None)
    assert "after it was timed, update gave" in speed.failure
