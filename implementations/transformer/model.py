"""The Transformer: sequences to sequences with attention and without recurrence.

Vaswani et al., "Attention Is All You Need", arXiv:1706.03762.

The paper's symbols, as they are used here:
    n, m        length of what asks (queries) and of what is asked (keys, values)
    d_model     width of the stream that every sub-layer reads and writes
    h           number of heads; d_k = d_v = d_model / h is the width of each
    d_ff        inner width of the feed-forward network
    N           number of layers in each stack
    pos, i      position in the sequence, pair of dimensions of the positional encoding
Masks are boolean, True where a query may look (as in torch's own attention).
"""

import math

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


def attention(
    Q: Float[Tensor, "*batch n d_k"],
    K: Float[Tensor, "*batch m d_k"],
    V: Float[Tensor, "*batch m d_v"],
    mask: Bool[Tensor, "#n m"] | None = None,
    *,
    scaled: bool = True,
) -> Float[Tensor, "*batch n d_v"]:
    """Scaled dot-product attention (Section 3.2.1).

    Args:
        Q: queries.
        K: keys, compared with each query.
        V: values, averaged with the weights that the comparison gives.
        mask: True where a query may look; each query needs one such place.
        scaled: False leaves out 1 / sqrt(d_k), for the ablation.
    """
    # --- solution: Equation (1)
    d_k = Q.shape[-1]
    scores = Q @ K.transpose(-2, -1) / (math.sqrt(d_k) if scaled else 1.0)  # (*batch, n, m)
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)  # Section 3.2.3: illegal connections
    return scores.softmax(dim=-1) @ V
    # --- end


def causal_mask(n: int, device: torch.device | None = None) -> Bool[Tensor, "n n"]:
    """Let position t look at positions 0 to t, itself included (Section 3.2.3)."""
    # --- solution: Section 3.2.3, mask of the decoder
    return torch.ones(n, n, dtype=torch.bool, device=device).tril()
    # --- end


class MultiHeadAttention(nn.Module):
    """Attention h times side by side, each on a projection of its own (Section 3.2.2).

    Differs from the paper: the projections carry a bias, as in torch.nn.MultiheadAttention; the paper's formulas show none.
    """

    def __init__(self, d_model: int, h: int, *, scaled: bool = True) -> None:
        if d_model % h:
            raise ValueError(f"expected d_model to be a multiple of h, got {d_model} and {h}")
        super().__init__()
        self.h, self.scaled = h, scaled
        self.W_Q, self.W_K, self.W_V, self.W_O = (nn.Linear(d_model, d_model) for _ in range(4))

    def forward(
        self,
        queries: Float[Tensor, "batch n d_model"],
        memory: Float[Tensor, "batch m d_model"],
        mask: Bool[Tensor, "#n m"] | None = None,
    ) -> Float[Tensor, "batch n d_model"]:
        """Give what each query gathers; keys and values both come from `memory`."""
        # --- solution: Section 3.2.2, MultiHead(Q, K, V)
        Q, K, V = self.split(self.W_Q(queries)), self.split(self.W_K(memory)), self.split(self.W_V(memory))
        heads = attention(Q, K, V, mask, scaled=self.scaled)  # (batch, h, n, d_v)
        return self.W_O(heads.transpose(1, 2).flatten(2))  # Concat(head_1, ..., head_h) W^O
        # --- end

    def split(self, x: Float[Tensor, "batch n d_model"]) -> Float[Tensor, "batch h n d_k"]:
        """Cut the width into h heads: head i takes the i-th stretch of d_k dimensions."""
        return x.reshape(*x.shape[:2], self.h, x.shape[2] // self.h).transpose(1, 2)


class FeedForward(nn.Module):
    """The same two linear maps at each position, a ReLU between them (Section 3.3)."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.W_1, self.W_2 = nn.Linear(d_model, d_ff), nn.Linear(d_ff, d_model)

    def forward(self, x: Float[Tensor, "*batch d_model"]) -> Float[Tensor, "*batch d_model"]:
        """Widen to d_ff, cut off below zero, come back."""
        # --- solution: Equation (2)
        return self.W_2(self.W_1(x).clamp(min=0))
        # --- end


def positional_encoding(n: int, d_model: int) -> Float[Tensor, "n d_model"]:
    """Mark each position by sines and cosines of d_model / 2 wavelengths from 2 pi to nearly 10000 * 2 pi (Section 3.5)."""
    # --- solution: Section 3.5, PE(pos, 2i) and PE(pos, 2i + 1)
    pos = torch.arange(n, dtype=torch.float64).unsqueeze(1)
    two_i = torch.arange(0, d_model, 2, dtype=torch.float64)
    angle = pos / 10_000 ** (two_i / d_model)  # (n, d_model / 2)
    PE = torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)[:, :d_model]  # sine and cosine take turns
    return PE.to(torch.get_default_dtype())
    # --- end


class Residual(nn.Module):
    """LayerNorm(x + Sublayer(x)): what stands around every sub-layer (Section 3.1; dropout: Section 5.4)."""

    def __init__(self, d_model: int, P_drop: float) -> None:
        super().__init__()
        self.norm, self.dropout = nn.LayerNorm(d_model), nn.Dropout(P_drop)

    def forward(
        self, x: Float[Tensor, "*batch d_model"], sublayer: Float[Tensor, "*batch d_model"]
    ) -> Float[Tensor, "*batch d_model"]:
        """Add what the sub-layer gave to what it was given, then normalise."""
        # --- solution: Section 3.1, residual connection and layer normalisation
        return self.norm(x + self.dropout(sublayer))
        # --- end


class EncoderLayer(nn.Module):
    """Self-attention, then the feed-forward network (Section 3.1)."""

    def __init__(self, d_model: int, h: int, d_ff: int, P_drop: float = 0.1) -> None:
        super().__init__()
        self.attend, self.feed = MultiHeadAttention(d_model, h), FeedForward(d_model, d_ff)
        self.add_1, self.add_2 = Residual(d_model, P_drop), Residual(d_model, P_drop)

    def forward(self, x: Float[Tensor, "batch n d_model"]) -> Float[Tensor, "batch n d_model"]:
        """Let each position look at all positions of the layer below."""
        x = self.add_1(x, self.attend(x, x))
        return self.add_2(x, self.feed(x))


class DecoderLayer(nn.Module):
    """Self-attention on what was written so far, attention on the encoder's output, feed-forward network (Section 3.1)."""

    def __init__(self, d_model: int, h: int, d_ff: int, P_drop: float = 0.1) -> None:
        super().__init__()
        self.attend, self.look = (MultiHeadAttention(d_model, h) for _ in range(2))
        self.feed = FeedForward(d_model, d_ff)
        self.add_1, self.add_2, self.add_3 = (Residual(d_model, P_drop) for _ in range(3))

    def forward(
        self,
        y: Float[Tensor, "batch n d_model"],
        memory: Float[Tensor, "batch m d_model"],
        mask: Bool[Tensor, "n n"],
    ) -> Float[Tensor, "batch n d_model"]:
        """Read what was written so far through `mask`, then all of the encoder's output."""
        y = self.add_1(y, self.attend(y, y, mask))
        y = self.add_2(y, self.look(y, memory))
        return self.add_3(y, self.feed(y))


class Transformer(nn.Module):
    """Encoder and decoder (Section 3). Defaults are the paper's base model (Table 3); positions=False ablates Section 3.5.

    Differs from the paper: one vocabulary for source and target, and initial weights, which it does not state, are torch's own
    but for the embedding, whose deviation of d_model^-1/2 gives vectors of the size of the positional encoding.
    """

    def __init__(
        self,
        vocabulary: int,
        N: int = 6,
        d_model: int = 512,
        h: int = 8,
        d_ff: int = 2048,
        P_drop: float = 0.1,
        *,
        positions: bool = True,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, d_model)
        nn.init.normal_(self.embedding.weight, std=d_model**-0.5)
        self.encoder = nn.ModuleList(EncoderLayer(d_model, h, d_ff, P_drop) for _ in range(N))
        self.decoder = nn.ModuleList(DecoderLayer(d_model, h, d_ff, P_drop) for _ in range(N))
        self.dropout = nn.Dropout(P_drop)
        self.positions = positions

    def embed(self, tokens: Int[Tensor, "batch n"]) -> Float[Tensor, "batch n d_model"]:
        """Look the tokens up, times sqrt(d_model), and add where they stand (Sections 3.4, 3.5)."""
        n, d_model = tokens.shape[-1], self.embedding.embedding_dim
        # --- solution: Section 3.4, scaled embedding plus positional encoding
        x = self.embedding(tokens) * math.sqrt(d_model)
        if self.positions:
            x = x + positional_encoding(n, d_model).to(x)
        return self.dropout(x)
        # --- end

    def forward(
        self, source: Int[Tensor, "batch m"], target: Int[Tensor, "batch n"]
    ) -> Float[Tensor, "batch n vocabulary"]:
        """Give the logits of the next token at each place of `target`, which starts one place late (Section 3.1)."""
        memory, y = self.embed(source), self.embed(target)
        mask = causal_mask(target.shape[-1], target.device)
        for encode in self.encoder:
            memory = encode(memory)
        for decode in self.decoder:
            y = decode(y, memory, mask)
        return y @ self.embedding.weight.T  # Section 3.4: one matrix embeds and reads out


def learning_rate(step_num: int, d_model: int, warmup_steps: int = 4000) -> float:
    """Rise linearly for warmup_steps steps, then fall as 1 / sqrt(step_num); step_num begins at 1 (Section 5.3)."""
    # --- solution: Equation (3)
    return d_model**-0.5 * min(step_num**-0.5, step_num * warmup_steps**-1.5)
    # --- end


def smoothed_loss(
    logits: Float[Tensor, "*batch vocabulary"], labels: Int[Tensor, "*batch"], epsilon_ls: float = 0.1
) -> Float[Tensor, ""]:
    """Cross-entropy against a target that gives the share epsilon_ls evenly to all tokens (Section 5.4)."""
    # --- solution: Section 5.4, label smoothing
    log_p = logits.log_softmax(dim=-1)
    of_label = log_p.gather(-1, labels.unsqueeze(-1)).squeeze(-1)
    return -((1 - epsilon_ls) * of_label + epsilon_ls * log_p.mean(dim=-1)).mean()
    # --- end
