"""FlashAttention: exact attention by blocks, which never writes the matrix of scores down.

Dao, Fu, Ermon, Rudra and Re, "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness", arXiv:2205.14135.

The paper's symbols, as they are used here:
    Q, K, V     queries, keys, values, (N, d) each
    S, P, O     scores tau Q K^T, their softmax by rows, and P V
    B_r, B_c    rows of Q and of K in a block
    T_r, T_c    how many blocks that makes
    m, l        largest score of a row so far, and the sum of exp(score - m)
    L           m + log l, all that the backward pass needs of the softmax
    D           sum over a row of dO times O
    tau         scale of the scores, 1 / sqrt(d) unless told
    M           numbers that fit into fast memory (SRAM); slow memory is HBM

Differs from the paper: exp(m~ - m_new) P~ is written as exp(S - m_new), which is the same number and has no 0 times
infinity where a block is masked for a row; m and l are kept as L for the backward pass, as the second FlashAttention
does. Plain tensors stand for SRAM and HBM: what moves between them is counted by `accesses`, not saved.
"""

import math
from collections.abc import Iterator
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

Rows = Float[Tensor, "*batch N d"]
State = tuple[Float[Tensor, "*batch B 1"], Float[Tensor, "*batch B 1"], Float[Tensor, "*batch B d"]]


def attention(Q: Rows, K: Float[Tensor, "*batch n d"], V: Float[Tensor, "*batch n d"], *, causal: bool = False) -> Rows:
    """Give attention as Section 2.2 writes it: all scores, all weights, then the values (Algorithm 0)."""
    S = Q @ K.mT / math.sqrt(Q.shape[-1])
    if causal:
        S = S.masked_fill(~torch.ones(S.shape[-2:], dtype=torch.bool, device=S.device).tril(), -math.inf)
    return S.softmax(-1) @ V


def block_sizes(d: int, M: int) -> tuple[int, int]:
    """Give B_r and B_c so that a block of Q, K, V and O each fits into a fast memory of M numbers (Algorithm 1, line 1)."""
    # --- solution: Algorithm 1, line 1
    B_c = math.ceil(M / (4 * d))
    return min(B_c, d), B_c
    # --- end


def add_block(state: State, S: Float[Tensor, "*batch B C"], V: Float[Tensor, "*batch C d"]) -> State:
    """Take one more block of keys into a softmax that is not finished (Algorithm 1, lines 10 to 12).

    What was summed before was relative to an older maximum; exp(m - m_new) takes it to the new one.

    Args:
        state: m, l and O of the rows so far; at the beginning -inf, 0 and 0.
        S: scores of the rows on the new keys, -inf where masked; each row has seen a finite one by now.
        V: the new values.

    Returns:
        m, l and O, of which O is what attention on the keys so far would give.
    """
    m, l, O = state
    # --- solution: Algorithm 1, lines 10 to 12
    m_new = torch.maximum(m, S.amax(-1, keepdim=True))
    P, old = (S - m_new).exp(), (m - m_new).exp() * l
    l_new = old + P.sum(-1, keepdim=True)
    return m_new, l_new, (old * O + P @ V) / l_new
    # --- end


def blocks(n: int, size: int) -> Iterator[slice]:
    """Cut n rows into blocks of a size; the last one may be shorter."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def scores(Q: Tensor, K: Tensor, i: slice, j: slice, tau: float, *, causal: bool) -> Tensor:
    """Give one block of S, -inf where a key lies behind its query."""
    S = tau * Q[..., i, :] @ K[..., j, :].mT
    if not causal:
        return S
    rows, columns = (torch.arange(b.start, b.stop, device=S.device) for b in (i, j))
    return S.masked_fill(columns > rows[:, None], -math.inf)


def hidden(i: slice, j: slice, *, causal: bool) -> bool:
    """Tell whether no query of block i may see a key of block j."""
    return causal and j.start >= i.stop


def forward(Q: Rows, K: Tensor, V: Tensor, B_r: int, B_c: int, tau: float, *, causal: bool) -> tuple[Rows, Tensor]:
    """Give O and L, block after block: keys outside, queries inside, as Algorithm 1 does."""
    m, l = Q.new_full((*Q.shape[:-1], 1), -math.inf), Q.new_zeros((*Q.shape[:-1], 1))
    O = torch.zeros_like(Q)
    for j in blocks(K.shape[-2], B_c):
        for i in blocks(Q.shape[-2], B_r):
            if not hidden(i, j, causal=causal):
                # --- solution: Algorithm 1, the body of its loops
                state = m[..., i, :], l[..., i, :], O[..., i, :]
                new = add_block(state, scores(Q, K, i, j, tau, causal=causal), V[..., j, :])
                m[..., i, :], l[..., i, :], O[..., i, :] = new
                # --- end
    return O, m + l.log()


def backward(
    Q: Rows, K: Tensor, V: Tensor, O: Rows, L: Tensor, dO: Rows, B_r: int, B_c: int, tau: float, *, causal: bool
) -> tuple[Rows, Tensor, Tensor]:
    """Give the gradients by Q, K and V; each block of P is computed again and not remembered (Appendix B, Algorithm 4)."""
    dQ, dK, dV = (torch.zeros_like(x) for x in (Q, K, V))
    D = (dO * O).sum(-1, keepdim=True)
    for j in blocks(K.shape[-2], B_c):
        for i in blocks(Q.shape[-2], B_r):
            if not hidden(i, j, causal=causal):
                # --- solution: Algorithm 4, the body of its loops
                P = (scores(Q, K, i, j, tau, causal=causal) - L[..., i, :]).exp()
                dS = P * (dO[..., i, :] @ V[..., j, :].mT - D[..., i, :])
                dV[..., j, :] += P.mT @ dO[..., i, :]
                dQ[..., i, :] += tau * dS @ K[..., j, :]
                dK[..., j, :] += tau * dS.mT @ Q[..., i, :]
                # --- end
    return dQ, dK, dV


class _Flash(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, Q: Tensor, K: Tensor, V: Tensor, B_r: int, B_c: int, causal: bool) -> Tensor:
        tau = Q.shape[-1] ** -0.5
        O, L = forward(Q, K, V, B_r, B_c, tau, causal=causal)
        ctx.save_for_backward(Q, K, V, O, L)
        ctx.settings = B_r, B_c, tau, causal
        return O

    @staticmethod
    def backward(ctx: Any, dO: Tensor) -> tuple[Tensor | None, ...]:
        Q, K, V, O, L = ctx.saved_tensors
        B_r, B_c, tau, causal = ctx.settings
        return *backward(Q, K, V, O, L, dO, B_r, B_c, tau, causal=causal), None, None, None


def flash_attention(
    Q: Rows, K: Float[Tensor, "*batch n d"], V: Float[Tensor, "*batch n d"],
    *, M: int = 100_000, causal: bool = False,
) -> Rows:  # fmt: skip
    """Give what `attention` gives, with memory for L beside inputs and output alone (Theorem 1).

    Args:
        Q: queries.
        K: keys, one at least.
        V: values, as wide as the queries.
        M: numbers that fit into fast memory, d at least; decides on the blocks.
        causal: query i sees the keys 0 to i.

    Raises:
        ValueError: a fast memory in which not even one row fits.
    """
    if Q.shape[-1] > M:
        raise ValueError(f"expected M of at least d = {Q.shape[-1]} numbers, got {M}")
    O: Tensor = _Flash.apply(Q, K, V, *block_sizes(Q.shape[-1], M), causal)  # type: ignore[no-untyped-call]
    return O


def accesses(N: int, d: int, M: int) -> int:
    """Count the numbers that Algorithm 1 reads from slow memory and writes there, loop by loop (Theorem 2)."""
    # --- solution: Algorithm 1, lines 6, 8, 12 and 13
    B_r, B_c = block_sizes(d, M)
    count = 0
    for j in blocks(N, B_c):
        count += 2 * d * (j.stop - j.start)  # K_j and V_j
        for i in blocks(N, B_r):
            rows = i.stop - i.start
            count += 2 * rows * d + 2 * rows  # Q_i, O_i, l_i and m_i
            count += rows * d + 2 * rows  # O_i, l_i and m_i go back
    return count
    # --- end


def standard_accesses(N: int, d: int) -> int:
    """Count the same for `attention`: S is written, read, written as P and read again (Algorithm 0)."""
    # --- solution: Algorithm 0
    return (2 * N * d + N * N) + 2 * N * N + (N * N + 2 * N * d)
    # --- end
