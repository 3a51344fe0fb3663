r"""Settings in turns of phrase that sections of many fields share, and their neighbours, which set nothing."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

SAID: dict[str, set[tuple[str, str]]] = {
    # how the learning rate moves
    r"The learning rate linearly rises to 2e-3 during the first 7 epochs, and then decays to 3e-6.": {("learning rate", "2e-3"), ("warmup epochs", "7"), ("minimum learning rate", "3e-6")},
    r"The learning rate starts at 0 and linearly increases to 4e-4 for the first 6 epochs.": {("learning rate", "4e-4"), ("warmup epochs", "6")},
    r"The learning rate was reduced to $0.0003$ after $13$ epochs.": {("learning rate", "0.0003"), ("learning rate decay epochs", "13")},
    r"We decrease the learning rate by half every 40 epochs (20 for the small set).": {("learning rate decay", "half"), ("learning rate decay interval", "40"), ("learning rate decay interval", "20")},
    r"We adapt the encoder through epoch 14 for the small model and epoch 17 for the large one.": {("epochs", "14"), ("epochs", "17")},
    r"$\epsilon$ falls linearly and is then kept at 0.02.": {("exploration rate", "0.02")},
    # what the same setting is elsewhere
    r"We use a batch size of 48 (96 for the large set).": {("batch size", "48"), ("batch size", "96")},
    # how often and how long
    r"All workers synchronize with the latest parameters every 15 training steps.": {("synchronization interval", "15")},
    r"The averaged weights are updated every 20 batches.": {("update interval", "20")},
    r"A game ends after 1500 timesteps.": {("episode length", "1500")},
    r"Each episode lasts for a maximum of 9s of simulated time.": {("episode length", "9 s")},
    r"We trained for 3 epochs (about four days on a single machine).": {("epochs", "3"), ("training time", "4 days")},
    # shares, sizes and shapes
    r"We fine-tune with only 2\% and 20\% of the training data.": {("training data share", "2%, 20%")},
    r"Its parameters had a dimensionality of $l = 384$.": {("dimension", "384")},
    r"The 448-pixel models are fine-tuned for 20 epochs.": {("resolution", "448"), ("epochs", "20")},
    r"Images are generated at $640 \times 360$ resolution.": {("image size", "640×360")},
    r"Each sample is a $(16, 8, 100)$ tensor.": {("each sample shape", "(16, 8, 100)")},
    r"We train on one machine with 48GB of memory.": {("memory", "48GB")},
    r"The parameter count of our model is 13 million.": {("parameters", "13M")},
    r"We draw six samples per problem.": {("samples per problem", "6")},
    r"We fix the number of reference objects per scene at four.": {("number of reference objects", "4")},
    r"A motion capture system running at $150$Hz tracks the robot.": {("capture system frequency", "150Hz")},
    r"We use 3,000 paired problem-bootstrap replicates.": {("bootstrap resamples", "3000")},
    # names, and what belongs to them
    r"We use AdamW with betas (0.85, 0.95).": {("optimizer", "AdamW"), ("Adam beta1", "0.85"), ("Adam beta2", "0.95")},
    r"The masking ratio $m$ of the input sequence is set to 70\%.": {("masking ratio", "70%")},
    r"The number of frames $T_s$ for sampling is set to 45.": {("number of frames", "45")},
    r"We have encoder layers $L_e$ set to 9, decoder layers $L_d$ set to 4.": {("layers", "9"), ("layers", "4")},
    r"We use unrolled steps $K = 6$ and bootstrap steps $N = 12$.": {("unrolled steps", "6"), ("bootstrap steps", "12")},
    r"We use a global norm clipping of $4.0$.": {("gradient clipping", "4.0")},
    r"We apply a convolution with kernel size 3 by 3 and 24 channels.": {("kernel size", "3×3"), ("channels", "24")},
    r"The network consists of an input layer of 6 units and a hidden layer of 48 units.": {("input units", "6"), ("hidden units", "48")},
    r"We use top-$p$ sampling with temperature $0.6$ and $p = 0.9$.": {("temperature", "0.6"), ("top-p", "0.9")},
    r"Each weight was initialized from a Gaussian distribution with mean $0$ and standard deviation $0.04$.": {("initialization standard deviation", "0.04")},
    r"We train the policy using PPO for 80M steps.": {("algorithm", "PPO"), ("iterations", "80M")},
    r"In the loss we use parameters $c^v = 0.35$ and $c^s = 3.0$.": {("c^v", "0.35"), ("c^s", "3.0")},
    # what stands before a noun, and in brackets behind one
    r"We hold out a 120-case set (seed 2031) with a 19-channel input and a 200,000-step schedule.": {("cases", "120"), ("random seed", "2031"), ("channels", "19"), ("iterations", "200000")},
    r"Each block uses average pooling and dropout (rate 0.25).": {("dropout", "0.25")},
    r"Each run uses batch size one per machine with AdamW.": {("batch size", "1"), ("optimizer", "AdamW")},
    r"We use the official split: 21,000/7,000/7,100 (train/val/test).": {("data split", "21000/7000/7100")},
    r"The layers are of size 96, 48 and 24, which we use throughout.": {("layer sizes", "96, 48, 24")},
    r"The size of each cell of the grid is fixed to be $48\times 48$.": {("cell size", "48×48")},
    r"We preprocess them: we apply a crop of size $96\times 96$ before resizing them as $48 \times 48$ images.": {("crop size", "96×96"), ("image size", "48×48")},
    r"Motion is recorded at 50 FPS, and masking begins at epoch 40.": {("frame rate", "50"), ("start epoch", "40")},
    r"It takes around 18 hrs to train on a single card.": {("training time", "18 hrs")},
    r"We report average precision at an IoU of 0.6.": {("iou threshold", "0.6")},
    r"It is recorded at an 11k sampling rate and turned into a 48-dimension MFCC vector.": {("sampling rate", "11k"), ("MFCC vector dimension", "48")},
    r"Training is FP32 with deterministic bootstrap 90\% intervals.": {("precision", "FP32"), ("confidence level", "90%")},
    r"The Tanh function is used as the final activation.": {("activation", "Tanh")},
    r"The final activation function is a sigmoid function.": {("activation", "sigmoid")},
    r"Loss: Mean squared error on normalized targets, which we use.": {("loss", "Mean squared error")},
    r"We follow it except for $\eta$ which is set to 12.": {("eta", "12")},
    r"The ratio of negatives is set as 6, and we train on the 5,100 videos.": {("ratio of negatives", "6"), ("training examples", "5100")},
    # as sections of yet other fields state them
    r"Signals are cut into 12-second windows.": {("window duration", "12 second")},
    r"The comparison trains both for $700\mathrm{K}$ iterations.": {("iterations", "700K")},
    r"We chose learning rate and weight decay in $\{0.02, 0.002\}$.": {("learning rate", r"\{0.02, 0.002\}"), ("weight decay", r"\{0.02, 0.002\}")},
    r"We consider $\alpha \in \{-\infty, 0.0, 0.4\}$.": {("alpha", r"\{-\infty, 0.0, 0.4\}")},
    r"The original screen size is 320x120, and the model has an output of size 7.": {("screen size", "320×120"), ("output size", "7")},
    r"We use 256 diffusion sampling steps.": {("sampling steps", "256")},
    r"The model is a single network with 40 hidden units (ReLUs).": {("hidden units", "40"), ("activation", "ReLU")},
    r"Advantage Actor-Critic (A2C) was used to test all methods.": {("algorithm", "A2C")},
    # one name for several things, and small signs within numbers
    r"The learning rates are $2.5\!\times\!10^{-4}$ for adapters, $3\!\times\!10^{-5}$ for embeddings, and $4\!\times\!10^{-4}$ for the head.": {("learning rate", "2.5e-4"), ("learning rate", "3e-5"), ("learning rate", "4e-4")},
    r"We set a total of $T=1200$ communication rounds.": {("number of rounds", "1200")},
    r"All runs use $N = 20$ experts and blocks of $b = 400$ rounds.": {("number of experts", "20"), ("blocks", "400")},
    r"We use scans with a 19/13 train/test split.": {("train/test split", "19/13")},
    r"We report rates at thresholds $0.2$, $0.35$, and $0.6$.": {("thresholds", "0.2, 0.35, 0.6")},
    r"We use a batch size of four with six-step gradient accumulation.": {("batch size", "4"), ("gradient accumulation steps", "6")},
    r"We evaluate on all 410 hand-picked test records.": {("test examples", "410")},
    r"The energy budget is 140 kJ, and traces use a 25 Mbps downlink.": {("energy budget", "140"), ("downlink", "25 Mbps")},
}  # fmt: skip
UNSAID: dict[str, set[tuple[str, str]]] = {
    r"It reaches the same error after 13 epochs.": set(),
    r"Our model improves to 0.83 and then drops to 0.71.": set(),
    r"The game was released after 1500 days of work.": set(),
    r"The method used 48GB of memory.": set(),
    r"DeepNet-S/8 starts from 700 patch tokens.": {("patch tokens", "700")},
    r"We use two machines with 500 gigabytes of disk.": set(),
    r"It gains 2\% of the accuracy that is lost.": set(),
    r"The split is by case: 4/30 of one and 12/80 of the other.": set(),
    r"We use a 2-step period at the end.": set(),
    r"A 100-case set gives a higher error.": set(),
    r"Training with $K=48$ gives the strongest model.": set(),
    r"We use a landscape in 3-dimensional space.": set(),
    r"Negatives are sampled 4:1 for training and 99:1 for testing.": set(),
    r"BERT-base has 110M parameters.": set(),
    r"We train and save checkpoints every 500 steps.": {("checkpoint interval", "500 steps")},
}


@pytest.mark.parametrize("tex", [*SAID, *UNSAID])
def test_settings_of_a_sentence(tex: str) -> None:
    found = read_facts([Passage(tex=tex, section="Training details")]).hyperparameters
    assert {(h.name, h.value) for h in found} == {**SAID, **UNSAID}[tex]
