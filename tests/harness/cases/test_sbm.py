"""Communities: edges and features as often as they should be."""

import pytest
import torch

from paperlab.harness.cases import load, sbm
from tests.harness.cases.given import rung, trial


def test_edges_lie_within_and_between_communities_as_often_as_they_should() -> None:
    it = sbm.communities(trial("sbm", nodes=600))
    alike = it.y[:, None] == it.y
    apart = ~torch.eye(600, dtype=torch.bool)
    assert torch.equal(it.edges, it.edges.T)
    assert not it.edges.diagonal().any()
    assert float(it.edges[alike & apart].mean()) == pytest.approx(sbm.WITHIN, abs=0.005)
    assert float(it.edges[~alike].mean()) == pytest.approx(sbm.BETWEEN, abs=0.005)


def test_each_community_has_its_labels_and_its_signal() -> None:
    it = sbm.communities(trial("sbm", nodes=600))
    assert it.y[: it.LABELS].bincount().tolist() == [sbm.LABELLED] * sbm.COMMUNITIES
    means = torch.stack([it.x[it.y == c].mean(0) for c in range(sbm.COMMUNITIES)])
    wanted = sbm.SIGNAL * torch.eye(sbm.COMMUNITIES, sbm.FEATURES)
    assert torch.allclose(means, wanted, atol=0.3)
    assert rung("sbm", "chance") == pytest.approx(1 / 3, abs=0.02)


def test_answers_for_labelled_nodes_do_not_count() -> None:
    class Known(torch.nn.Module):
        """Gives each node's number as it comes in, which is right for the labelled nodes alone."""

        def __init__(self, outputs: int) -> None:
            super().__init__()
            self.outputs, self.scale = outputs, torch.nn.Parameter(torch.ones(()))

        def forward(self, x: torch.Tensor, edges: torch.Tensor) -> torch.Tensor:
            answers = torch.arange(x.shape[1]) % sbm.COMMUNITIES
            answers[sbm.Communities.LABELS :] += 1
            return self.scale * torch.nn.functional.one_hot(answers % sbm.COMMUNITIES, self.outputs).float()[None]

    assert load("sbm").run(lambda _, outputs: Known(outputs), trial("sbm")).value == 0
