"""Names of hyperparameters as papers write them, and the name that each one gets."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMES: tuple[tuple[str, str], ...] = (
    (r"peak learning[- ]rate|max(?:imum|imal)? learning[- ]rate|peak lr", "peak learning rate"),
    (r"(?:final|min(?:imum|imal)?) learning[- ]rate", "minimum learning rate"),
    (r"learning[- ]rate (?:decay|annealing)(?: rate| factor)?", "learning rate decay"),
    (r"learning[- ]rate warm-?up steps|warm-?up(?: steps| iterations| period| phase| length)|warmup_steps", "warmup steps"),
    (r"warm-?up (?:ratio|proportion|fraction)", "warmup ratio"),
    (r"(?:discriminator|generator|critic|actor|policy|inner|outer|encoder|decoder|meta|finetuning|fine-tuning|pre-?training) learning[- ]rate", ""),
    (r"(?:initial |base |constant |fixed |starting |default |meta-)?learning[- ]rates?|(?:meta-|adam )?step[- ]?sizes?|\blrs?\b", "learning rate"),
    (r"(?:maximum |mini-?|global |total |training |effective |per-gpu |per-device )?batch[- ]?sizes?|mini-?batch(?:es)?(?: of sizes?)?|batch(?:es)?(?: of sizes?)?", "batch size"),
    (r"warm-?up epochs", "warmup epochs"),
    (r"(?:lr |learning[- ]rate |linear )?warm-?up", "warmup"),
    (r"\$?l_?\{?2\}?\$?[- ]regulari[sz]ation(?: coefficient| strength| parameter| constant| weight)?|weight[- ]decay(?: rate| coefficient| factor| strength| parameter)?", "weight decay"),
    (r"attention dropout(?: rate| probability)?", "attention dropout"),
    (r"(?:residual )?drop-?out(?: rate| probability| ratio)?|dropout_p", "dropout"),
    (r"label[- ]smoothing(?: factor| coefficient| parameter| rate)?", "label smoothing"),
    (r"(?:nesterov )?momentum(?: coefficient| parameter| term| rate)?", "momentum"),
    (r"beam[- ](?:size|width)", "beam size"),
    (r"length penalty", "length penalty"),
    (r"(?:softmax |sampling )?temperature(?: parameter| coefficient)?", "temperature"),
    (r"gradient[- ](?:norm )?clipping(?: threshold| norm| value)?(?: (?:at|to|with|of)(?: an?)?(?: max(?:imum|imal)?| global| l2)*(?: norms?| threshold))?|max(?:imum)? grad(?:ient)?[- ]norm|(?:global[- ]|grad(?:ient)?[- ])norm clip(?:ping)?|clip(?:ping)? (?:norm|threshold)|clip(?:ped|ping)? (?:the |all )?gradients?(?: norms?)?(?: (?:to|at|with|by))?(?: an?)?(?: max(?:imum|imal)?| global)*(?: norms?)?|grad(?:ient)? clip", "gradient clipping"),
    (r"clip(?:ping)?[- ](?:range|ratio|parameter|epsilon)", "clip range"),
    (r"(?:hidden|model|embedding|latent|feature|input|output|inner-layer|feed-?forward|ffn|head|state|code|token|projection)(?: layer| state| vector| space)?[- ](?:sizes?|dim(?:ension(?:ality)?)?s?|units)|hidden units", ""),
    (r"latent dim(?:ension(?:ality|s)?)?|embedding dim(?:ension(?:ality|s)?)?", ""),
    (r"(?:max(?:imum|imal)?|input|context)? ?(?:sequence|seq\.?|context|prompt|input|output|generation|text|token) (?:length|window|len|limit(?:ation)?)|token limit(?:ation)?|max(?:imum)? (?:length|tokens)", ""),
    (r"vocab(?:ulary)?(?: size)?", "vocabulary size"),
    (r"max(?:imum)? norm", ""),
    (r"discount(?:ing)?(?: factor| rate)?", "discount factor"),
    (r"(?:experience )?replay (?:buffer|memory)(?: of)?(?: size| capacity)?|buffer size|replay capacity", "replay buffer size"),
    (r"target (?:network )?update (?:frequency|interval|rate|period)", "target update frequency"),
    (r"entropy (?:coeff(?:icient)?|bonus|weight|regulari[sz]ation)", "entropy coefficient"),
    (r"gae lambda|gae parameter|gae", "GAE lambda"),
    (r"(?:keep|survival|retention) prob(?:ability|abilities)?", "keep probability"),
    (r"(?:classifier[- ]free )?guidance(?: scale| weight| strength)", "guidance scale"),
    (r"(?:(?:cosine |Hamming |Jaccard )?similarity|confidence|detection|probability|distance|IoU|decision|score) threshold", ""),
    (r"strides?", "stride"),
    (r"patience", "patience"),
    (r"random seed|seed", "random seed"),
    (r"random seeds|seeds", "seeds"),
    (r"(?:kernel|filter|patch|image|screen|frame|canvas|crop|window|stride|block|chunk|group|codebook|memory|population|ensemble|node|leaf|grid|input|bottleneck)[- ](?:size|resolution|length)s?", ""),
    (r"(?:kernels?|filters?|patch(?:es)?|images?|outputs?|inputs?|crops?|windows?|codebook|vocabulary|beam)(?: are)? of size", ""),
    (r"(?:sample |spatial |training )?resolution", "resolution"),
    (r"drop[- ]?path(?: rate)?|stochastic depth(?: rate)?", "drop path"),
    (r"num(?:ber)?\.? ?(?:of)? (?:training |negative |gradient |hidden |attention |transformer |encoder |decoder |convolutional |random |diffusion |denoising |inner |sampling )?(?:epochs|layers|heads|steps|iterations|seeds|blocks|experts|filters|units|samples|blocks|channels|clusters|workers|actors|timesteps|parameters|updates|components|trees|neurons|classes|environments|gpus|runs)", ""),
    (r"attention heads|heads", "attention heads"),
    (r"hidden layers", "hidden layers"),
    (r"(?:encoder|decoder|transformer) layers|layers", "layers"),
    (r"(?:training |total |max(?:imum)? )?(?:epochs|number of epochs)", "epochs"),
    (r"(?:train |training |gradient |total |optimi[sz]ation |max(?:imum)? |env(?:ironment)? )?(?:steps|iterations|updates)", "iterations"),
    (r"(?:lora )?rank|lora alpha|lora dropout", ""),
    (r"(?:exploration|final exploration|initial exploration) (?:rate|epsilon)?|epsilon-greedy", "exploration rate"),
    (r"(?:ema|exponential moving average|polyak|target smoothing)[- ](?:decay|rate|coefficient|momentum)|polyak(?: averaging)?", "EMA decay"),
    (r"adam[w]?[ _'’s]*(?:\$?\\?beta_?\{?1\}?\$?|β_?1|β₁|b1)|\$?\\beta_\{?1\}?\$?|beta_?1", "Adam beta1"),
    (r"adam[w]?[ _'’s]*(?:\$?\\?beta_?\{?2\}?\$?|β_?2|β₂|b2)|\$?\\beta_\{?2\}?\$?|beta_?2", "Adam beta2"),
    (r"adam[w]? *\$?\\?(?:var)?eps(?:ilon)?\$?", "Adam epsilon"),
    (r"frame ?skip|action repeat|sticky actions?(?: probability)?", ""),
    (r"optimi[sz]ers?", "optimizer"),
    (r"(?:lr|learning[- ]rate) schedule[r]?|schedule[r]?", "learning rate schedule"),
    (r"non-?linearit(?:y|ies)|activation(?: function)?s?", "activation"),
    (r"(?:weight )?initiali[sz]ation|weight init", "initialization"),
    (r"leaky relu slope|leaky slope", "leaky ReLU slope"),
    (r"regulari[sz]ation (?:coefficient|strength|parameter|weight|constant)", ""),
    (r"(?:noise|weight|loss|init(?:ialization)?) (?:scale|std|variance|standard deviation|weight|coefficient)", ""),
)  # fmt: skip
ANY = re.compile("|".join(f"(?:{p})" for p, _ in _NAMES if p), re.IGNORECASE)
"""Any of the names."""
_TABLE = tuple((re.compile(p, re.IGNORECASE), name) for p, name in _NAMES)
SYMBOLS = {
    r"\beta_1": "Adam beta1", r"\beta_{1}": "Adam beta1", r"\beta_2": "Adam beta2", r"\beta_{2}": "Adam beta2", r"P_{drop}": "dropout",
    r"d_{model}": "hidden size", r"d_{\text{model}}": "hidden size", r"d_{ff}": "feed-forward size", r"p_{drop}": "dropout",
    r"d_{\text{ff}}": "feed-forward size", r"\epsilon_{ls}": "label smoothing", r"\mathrm{lr}": "learning rate", r"\dmodel": "hidden size", r"\dff": "feed-forward size",
}  # fmt: skip


IN_WORDS = frozenset(("optimizer", "activation", "learning rate schedule"))
"""What has a name for its value, and never a number in running text."""


def canonical(name: str) -> str | None:
    """Give the usual name of what a paper calls `name`, or None where it is none that we know.

    >>> canonical("Minibatch size"), canonical("initial learning rate"), canonical("Hidden units"), canonical("colour")
    ('batch size', 'learning rate', 'hidden units', None)
    """
    clean = re.sub(r"\s+", " ", name).strip(" .:,*")
    clean = re.sub(r"^(?:num(?:ber)?\.?|no\.|#)(?: of)?(?= )", "number of", clean, flags=re.IGNORECASE)
    clean = re.sub(r"^(?:the )?number of (?=(?:epochs|iterations|seeds)$)", "", clean)
    sized = re.fullmatch(r"(?P<what>\w+?)(?:s|(?<=ch)es)?(?: are)? of size", clean, re.IGNORECASE)
    clean = f"{sized['what']} size" if sized else clean
    for pattern, usual in _TABLE:
        if pattern.fullmatch(clean):
            return usual or clean.lower()
    return None


def meaning_of(symbol: str, symbols: Mapping[str, str]) -> str:
    """Give what the glossary says of a symbol, without its article; empty where it says nothing."""
    return re.sub(r"^(?:the|an?|our)\s+", "", symbols.get(symbol, ""), flags=re.IGNORECASE)


def mentions(text: str) -> bool:
    """Tell whether a label holds a known name somewhere: `Learning rate (MNLI)`."""
    return ANY.search(text) is not None
