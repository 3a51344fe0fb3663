"""Compression of digits: principal components by scikit-learn."""

import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch import nn

from paperlab.harness.cases import (
    digits_compression,
    training,
)
from tests.harness.cases.given import rung, trial


def test_components_are_those_of_scikit_learn() -> None:
    data = training.digits(trial("digits-compression").stream("split"))
    pca = PCA(digits_compression.SIZE).fit(data.x.numpy())
    back = pca.inverse_transform(pca.transform(data.x_test.numpy()))
    assert rung("digits-compression", "classic") == pytest.approx(((back - data.x_test.numpy()) ** 2).mean(), rel=1e-4)
    assert len(data.x) + len(data.x_test) == len(load_digits().data)


def test_a_code_that_is_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected encode to give \(64, 8\), got \(64, 64\)"):
        digits_compression.run(
            lambda *_: digits_compression.Autoencoder(nn.Linear(64, 64), nn.Linear(64, 64)), trial("digits-compression")
        )
