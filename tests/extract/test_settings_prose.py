r"""Settings that only a sentence states: sizes of data, what is assigned, what moves, what is tried; written down before they were read."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

SAID: dict[str, set[tuple[str, str]]] = {
    # sizes of data
    r"The model is trained on 50,000 examples, and 10,000 are held out.": {("training examples", "50000"), ("held-out examples", "10000")},
    r"We split the data into 45,000 training, 5,000 validation and 10,000 test images.": {("training examples", "45000"), ("validation examples", "5000"), ("test examples", "10000")},
    r"There are only 3991 training instances.": {("training examples", "3991")},
    r"We hold out 5K examples of the training set.": {("held-out examples", "5K")},
    r"It is split into a training (100 tracks, 6~h) and a test set (50 tracks, 3~h).": {("training examples", "100"), ("test examples", "50")},
    r"The network was trained on 50,000 handwritten digits.": {("training examples", "50000")},
    r"For the corpus we use a collection of books (800M words) and an encyclopedia (2,500M words).": {("words", "800M"), ("words", "2500M")},
    r"We mask 15\% of all tokens, train on 4 Cloud TPUs and average over 5 random restarts.": {("mask ratio", "15%"), ("GPUs", "4"), ("runs", "5")},
    r"We select the best learning rate (among 5e-5, 4e-5, and 2e-5).": {("learning rate", "5e-5, 4e-5, 2e-5")},
    r"A randomly initialized 768-dimensional BiLSTM is used.": {("BiLSTM dimension", "768")},
    r"We use a validation set of 5,000 images.": {("validation examples", "5000")},
    r"Of it 80\% of the data is used for training, 10\% for validation and 10\% for testing.": {("training examples", "80%"), ("validation examples", "10%"), ("test examples", "10%")},
    r"We randomly sample 1,000 short sentences and generate a total of 600 templates.": {("sentences", "1000"), ("templates", "600")},
    r"We compute the perplexity of each over 10,000 documents.": {("documents", "10000")},
    r"The large one was trained on a corpus of about 36M sentences.": {("sentences", "36M")},
    r"The loss is minimised on the training data ($T=1000$ samples).": {("number of samples", "1000")},
    r"We limit the text in each box to a maximum of 50 words.": {("maximum words", "50")},
    # what is assigned
    r"During training, we set $\gamma$ to 0.97, which helps.": {("gamma", "0.97")},
    r"We fix $\tau$ at 0.5 and $\rho$ to 0.9.": {("tau", "0.5"), ("rho", "0.9")},
    r"The noise level $\sigma$ is set to 0.1.": {("noise level", "0.1")},
    r"We fix the noise parameter $\sigma=2$ and the loss hyper-parameter $\beta=3$.": {("noise parameter", "2"), ("loss hyper-parameter", "3")},
    r"The $\alpha$ hyper-parameter trades both off. It falls for $\alpha = 0.01$.": {("alpha", "0.01")},
    r"One place of the two is changed ($N=8$ in all experiments).": {("N", "8")},
    # formulas that end before their sign, and rows of formulas
    r"We use Adam with $\beta_1$ = 0.9, $\beta_2$ = $0.999$ and $\epsilon$ = 1e-8.": {("optimizer", "Adam"), ("Adam beta1", "0.9"), ("Adam beta2", "0.999"), ("Adam epsilon", "1e-8")},
    r"We use Adam with $\beta_1$ of 0.9 and an $\epsilon$ of $10^{-8}$.": {("optimizer", "Adam"), ("Adam beta1", "0.9"), ("Adam epsilon", "1e-8")},
    r"We trained with $\alpha=0.5$, $N=6$.": {("alpha", "0.5"), ("N", "6")},
    r"Throughout the experiments, $\alpha=0.5$, $N=6$.": {("alpha", "0.5"), ("N", "6")},
    r"Our settings: $\alpha=0.5$, $N=6$ and $T=100$.": {("alpha", "0.5"), ("N", "6"), ("T", "100")},
    r"Let $x$ = 3; then $f$ = 2.": set(),
    # what moves
    r"The keep probability is linearly decreased from 1.0 in the first layer to 0.25 in the last.": {("keep probability", "1.0"), ("keep probability", "0.25")},
    r"The learning rate is set to 0.0001 for the first epoch, then increased to 0.001.": {("learning rate", "0.0001"), ("learning rate", "0.001")},
    r"The learning rate starts at 0.1.": {("learning rate", "0.1")},
    r"We warm up the learning rate in the first part of the training to $10^{-4}$.": {("learning rate", "1e-4")},
    r"We divide the learning rate by a factor of 2 when the loss stops falling.": {("learning rate decay", "2")},
    r"The learning rate is divided by 10 every month.": {("learning rate decay", "10")},
    r"The number of filters begins at 32.": {("number of filters", "32")},
    # what is tried
    r"We try $\alpha \in \{0.1, 0.01\}$ and increasing $k = [8, 16, 32]$.": {("alpha", r"\{0.1, 0.01\}"), ("k", "[8, 16, 32]")},
    # parts of a network, runs and machines
    r"Each layer has a bank of 3x3x3 filters.": {("kernel size", "3×3×3")},
    r"We use stride-2 convolutions and ten residual blocks with 64 channels.": {("stride", "2"), ("blocks", "10"), ("channels", "64")},
    r"The model is nine layers deep.": {("layers", "9")},
    r"It has a hidden layer (20 units) and an output layer (2 units).": {("hidden units", "20"), ("output units", "2")},
    r"A one-hidden-layer network is fitted.": {("hidden layers", "1")},
    r"We train at $512\times512$ resolution on 8,960-dimensional feature vectors.": {("image size", "512×512"), ("feature vector dimension", "8960")},
    r"The fingerprints have length 2048, as used before.": {("fingerprint length", "2048")},
    r"Each episode lasts 20 time steps.": {("episode length", "20")},
    r"We sum the predictions of an ensemble of five small models.": {("ensemble size", "5")},
    r"We repeat the process 10 times on a single Titan X.": {("runs", "10"), ("GPUs", "1")},
    r"We apply global gradient clipping at a threshold of 1.0 and momentum with a momentum value of 0.9.": {("gradient clipping", "1.0"), ("momentum", "0.9")},
    r"We use a guidance scale of 7.5, a similarity threshold of 0.8, a maximum text length of 77 and 20 sampling steps.": {("guidance scale", "7.5"), ("similarity threshold", "0.8"), ("maximum text length", "77"), ("sampling steps", "20")},
    r"We keep the default parameters, including a granularity of 128.": {("granularity", "128")},
    # what papers of other venues say
    r"The learning rate is warmed up over 3,000 steps and then follows a cosine schedule down to 5\% of its peak.": {("warmup steps", "3000"), ("learning rate schedule", "cosine"), ("minimum learning rate", "5%")},
    r"We start from a learning rate of 0.02 with polynomial decay (power 0.8) and stop after 9 epochs.": {("learning rate", "0.02"), ("learning rate schedule", "polynomial"), ("polynomial power", "0.8"), ("epochs", "9")},
    r"The learning rate is kept at 0.07 and then decays linearly to zero.": {("learning rate", "0.07"), ("learning rate schedule", "linear")},
    r"We fine-tune the reader with AdamW, in bfloat16.": {("optimizer", "AdamW"), ("precision", "bfloat16")},
    r"We set $k = 7$ and $p = 0.2$.": {("k", "7"), ("p", "0.2")},
    r"We train a 3B model on 0.9T tokens, with 6 images per GPU.": {("training tokens", "0.9T"), ("batch size per GPU", "6")},
    r"We run four chains of 3,000 draws each and discard the first 700 draws as burn-in.": {("chains", "4"), ("iterations", "3000"), ("burn-in", "700")},
    r"The EMA decay of the teacher was 0.98.": {("EMA decay", "0.98")},
    r"We keep an exponential moving average of the weights with decay 0.995.": {("EMA decay", "0.995")},
    r"Minibatches hold 48 transitions, and acting starts after 2000 random steps.": {("batch size", "48"), ("random steps", "2000")},
    r"Agents are evaluated every 20k steps.": {("evaluation interval", "20k steps")},
    r"Frames have a shorter side of 540 pixels.": {("shorter side", "540")},
    r"We stop when the loss does not improve for 6 consecutive epochs.": {("patience", "6")},
    r"The number of negative samples is 3.": {("number of negative samples", "3")},
    r"The decay $\rho$ is 0.85.": {("decay", "0.85")},
    r"The time step is 0.004 and the grid has $32 \times 48$ points.": {("time step", "0.004"), ("grid size", "32×48")},
    r"It uses rotary embeddings with base 50,000 and SwiGLU.": {("RoPE base", "50000"), ("activation", "SwiGLU")},
    r"The vocabulary has 9,000 entries, and the last 5 checkpoints are averaged.": {("vocabulary size", "9000"), ("averaged checkpoints", "5")},
    r"We solve it with step size $\eta = 0.03$ and delay $\tau = 6$.": {("learning rate", "0.03"), ("delay", "6")},
    # how an experiment is run
    r"We give 95\% confidence intervals from 1,000 bootstrap samples.": {("confidence level", "95%"), ("bootstrap resamples", "1000")},
    r"The data are split into three sets of sizes 500, 100 and 50.": {("number of sets", "3"), ("set size", "500"), ("set size", "100"), ("set size", "50")},
    r"We split it into parts of sizes $(600, 200, 200)$.": {("set sizes", "(600, 200, 200)")},
    r"We randomly select 200 customers, and rate 50 randomly chosen letters.": {("customers", "200"), ("letters", "50")},
    r"We sample $n = 200$ points.": {("number of points", "200")},
    r"We take a calibration set of 300 records.": {("calibration examples", "300")},
    r"The pretraining corpus contains 3.5B tokens.": {("tokens", "3.5B")},
    r"Texts shorter than 20 words are kept, but we drop pages with more than 90 lines.": {("maximum lines", "90")},
    r"We exclude users with fewer than five interactions.": {("minimum interactions", "5")},
    r"Samples with fewer than seven words are excluded.": {("minimum words", "7")},
    r"We keep only sentences with at most 50 tokens.": {("maximum tokens", "50")},
    r"Pairs with a similarity below 0.7 are discarded.": {("similarity threshold", "0.7")},
    r"We drop boxes with a confidence less than 0.3 and consider up to 10 candidates.": {("confidence threshold", "0.3"), ("maximum candidates", "10")},
    r"We use a parser with a threshold of 0.9.": {("threshold", "0.9")},
    r"Words are given by their character 3-grams.": {("character n-gram", "3")},
    r"It is tuned for 2 to 5 epochs with 10\% warm-up.": {("epochs", "2 to 5"), ("warmup ratio", "10%")},
    r"It was trained on a single V100 GPU for two days.": {("GPUs", "1"), ("training time", "2 days")},
    r"It is pretrained from scratch with the code of others and their usual configuration on a single TPU v3-8 for one week.": {("GPUs", "1"), ("training time", "1 week")},
    r"It takes 5 days to train, and the full model has 200 million parameters.": {("training time", "5 days"), ("parameters", "200M")},
    r"We run it for 30 trials.": {("runs", "30")},
    r"Each agent is run for 300 time steps.": {("timesteps", "300")},
    r"$\lambda$ is drawn uniformly from the interval $[0, 1]$.": {("lambda", "[0, 1]")},
    # what a formula sets, whatever else the sentence says
    r"As in Theorem 1 we set $\rho = \frac{1}{3}$ and $\tau = 1/2$.": {("rho", "1/3"), ("tau", "1/2")},
    r"We fix $B = 10$, as Figure 3 shows.": {("B", "10")},
    r"(a) $\alpha = 0.1$": {("alpha", "0.1")},
    r"The means are $r_{1:5} = 0.45$ and $r_{6} = 0.55$.": {("r_{1:5}", "0.45"), ("r_{6}", "0.55")},
    r"The variances are $\sigma_{1:5}^{2} = 0.3$ and $\sigma_{6}^{2} = 0.8$.": {("sigma_{1:5}^{2}", "0.3"), ("sigma_{6}^{2}", "0.8")},
    r"We show it for $B = 10, 15, \dots, 100$.": {("B", r"10, 15, \dots, 100")},
    # What sets nothing:
    r"With a fixed learning rate, the error decays linearly with depth.": set(),
    r"Chains of 5 thoughts are hard for people, and accuracy in half-precision is low.": set(),
    r"Under Assumption 2, with temperature $\alpha = 1/2$ and for all $n \ge 4$, it is bounded.": set(),
    r"At time $k = 3$ the robot stops after 3 errors.": set(),
    r"Of these, 71\% of training images show a face.": set(),
    r"Unlike prior work, which trained on 5,000 images, it needs none.": set(),
    r"For example, \citet{roe} used a feature vector of size 43,000.": set(),
    r"Prior work used 300 examples.": set(),
    r"If we set $\gamma$ to 0.5, the bound holds.": set(),
    r"We can set $\gamma$ to 0 at once.": set(),
    r"This data set consists of 28x28 pixel images.": set(),
    r"We compare labels $z \in \{-1, 1\}$ for different $i \in \{3, 5\}$ and $k \in \{1, 2, 3\}$.": set(),
    r"When we fix $K = 8$, the bound holds.": set(),
    r"The chance that fewer than 10 nodes are removed is small.": set(),
    r"The text is split into two parts.": set(),
    r"BERT-large has 340M parameters.": set(),
    r"The accuracy with 95\% confidence is high, and it rises for $i = 1, 2, \dots, 5$.": set(),
    r"We reach a validation loss of $L=0.3$ in this way.": set(),
}  # fmt: skip


@pytest.mark.parametrize("tex", SAID)
def test_settings_of_a_sentence(tex: str) -> None:
    found = read_facts([Passage(tex=tex)]).hyperparameters
    assert {(h.name, h.value) for h in found} == SAID[tex]
    assert all(h.quote for h in found)


@pytest.mark.parametrize(
    ("caption", "found"),
    [
        (r"Results for the first data set with $k = 8$.", {("k", "8")}),
        (r"Histogram for $\alpha = 0, \beta = 2$", {("alpha", "0"), ("beta", "2")}),
        (r"The field for $t = 3$, with $p = 0.01$ and $f(x) = 2$.", set()),
    ],
)
def test_a_caption_says_what_was_set(caption: str, found: set[tuple[str, str]]) -> None:
    assert {(h.name, h.value) for h in read_facts([Passage(tex=caption, kind="caption")]).hyperparameters} == found
    assert not read_facts([Passage(tex=caption)]).hyperparameters
