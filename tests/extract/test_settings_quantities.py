r"""Settings of papers that simulate, control and measure: quantities with a unit, machines, what takes part."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

SAID: dict[str, set[tuple[str, str]]] = {
    # what words set
    r"We set the minimum retransmission timeout to 7 ms.": {("minimum retransmission timeout", "7")},
    r"We configure the early marking threshold to 300 KB.": {("early marking threshold", "300")},
    r"We keep the average loss rate per link at 4\%.": {("average loss rate per link", "4%")},
    r"The order of Chebyshev expansion is $6$.": {("order of chebyshev expansion", "6")},
    # quantities with a unit
    r"The controller is a damper with natural frequency 3 rad/s.": {("natural frequency", "3 rad/s")},
    r"The control frequency of the policy is $250$ Hz, and the simulation step is 4 ms.": {("control frequency", "250 Hz"), ("simulation step", "4 ms")},
    r"Each switch has a 5 MB shared buffer.": {("shared buffer", "5 MB")},
    r"The sensor records with 2.5 $\mu$s integration time.": {("integration time", "2.5 μs")},
    # machines
    r"Experiments were run on a machine with two Intel Xeon E5 CPUs.": {("CPUs", "2")},
    r"The server has 20 cores and 40 threads.": {("CPU cores", "20"), ("threads", "40")},
    # what takes part
    r"We simulate a fabric with 6 leaf switches and 3 spine switches.": {("leaf switches", "6"), ("spine switches", "3")},
    r"We recruited 24 participants.": {("participants", "24")},
    r"We run $40$ independent trajectories.": {("trajectories", "40")},
    r"We deploy a 15-organization network.": {("organizations", "15")},
    r"We report the loss over 700 replications.": {("runs", "700")},
    # formulas
    r"We took $K = 3$ and $\eta = 0.02$.": {("K", "3"), ("eta", "0.02")},
    r"Furthermore, $\epsilon = 10^{-9}$ and $K = 30$.": {("epsilon", "1e-9"), ("K", "30")},
    r"We simulate a system with $n=4$ states, $m=2$ inputs and $q=3$ noises over $T=80$.": {("n", "4"), ("m", "2"), ("q", "3"), ("T", "80")},
    r"Each size uses 25 instances, with $N\in\{15,25,35\}$.": {("instances", "25"), ("N", r"\{15,25,35\}")},
    # What sets nothing:
    r"All systems keep a latency of approximately 300 ms.": set(),
    r"Our method achieves a tracking error of 2.1 cm at a speed of 3 m/s.": set(),
    r"The mean run time is 9 s on this machine.": set(),
    r"It lowers the average completion time by 12\% (from 900 $\mu$s to 800 $\mu$s).": set(),
    r"Roe et al. used 12 participants.": set(),
    r"Suppose that we set the cache size to 4 MB.": set(),
    r"At $N=20$, the mean count is 41 and the solver proves 5 of the 25 cases.": set(),
}  # fmt: skip


@pytest.mark.parametrize("tex", SAID)
def test_settings_of_a_sentence(tex: str) -> None:
    found = read_facts([Passage(tex=tex)]).hyperparameters
    assert {(h.name, h.value) for h in found} == SAID[tex]
