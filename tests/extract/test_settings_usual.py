r"""Settings in turns of phrase of their own, and settings that only their last word names; written down before they were read."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage

SAID: dict[str, set[tuple[str, str]]] = {
    # a value, its name in brackets
    r"We took 0.4 (dropout rate), $3\cdot10^{-4}$ (L2 regularization) and 24 (number of hidden units).": {("dropout", "0.4"), ("weight decay", "3e-4"), ("number of hidden units", "24")},
    # regularisation and initialisation
    r"Dropout with $p=0.7$ is applied to the inputs, $L_2$ regularization with $\lambda=0.0003$ to the weights.": {("dropout", "0.7"), ("weight decay", "0.0003")},
    r"A dropout layer with rate = .3 follows.": {("dropout", ".3")},
    r"We use a momentum of $0.8$ and a decay of $0.0004$.": {("momentum", "0.8"), ("weight decay", "0.0004")},
    r"The weights are drawn from a zero-mean normal distribution with standard deviation 0.03.": {("initialization standard deviation", "0.03")},
    r"The slope of the leak was set to 0.3.": {("leaky ReLU slope", "0.3")},
    # gradients and schedules
    r"We clip the global norm of the gradient at 0.7.": {("gradient clipping", "0.7")},
    r"Gradients are clipped to a maximum norm of 5.": {("gradient clipping", "5")},
    r"We use a decay of the learning rate down to 20\% of its value.": {("minimum learning rate", "20%")},
    r"We use a linear warm-up over the first 300 million tokens.": {("warmup tokens", "300M")},
    r"The step size was decayed by a factor of 0.2 at epochs 80 and 120.": {("learning rate decay", "0.2"), ("learning rate milestones", "80, 120")},
    r"We decay the learning rate by a factor of 10 every 30 epochs.": {("learning rate decay", "10"), ("learning rate decay interval", "30")},
    # how long, and on what
    r"All models were trained for a total of 200 billion tokens.": {("training tokens", "200B")},
    r"Agents run for two million timesteps with an optimization budget of $10^4$ gradient updates.": {("timesteps", "2M"), ("iterations", "1e4")},
    r"We used a replay memory of two million most recent frames.": {("replay buffer size", "2M")},
    r"On 64 TPU v3 cores, it takes $\sim$1.5 hours to train the model.": {("TPU cores", "64"), ("training time", "1.5 hours")},
    r"Models are trained with mixed precision on 8 NVIDIA A100 80GB GPUs for 3 days.": {("precision", "mixed precision"), ("GPUs", "8"), ("training time", "3 days")},
    # sizes
    r"We train with 60 examples per mini-batch.": {("batch size", "60")},
    r"The encoders had 400 hidden units on one and 100 hidden units on the other.": {("hidden units", "400"), ("hidden units", "100")},
    r"We used a transformer with 3 layers, width 96, and 6 attention heads.": {("layers", "3"), ("hidden size", "96"), ("attention heads", "6")},
    r"We fine-tuned at resolution $384$.": {("resolution", "384")},
    # what was searched, acting at random, decoding
    r"Stepsizes were chosen from $\{0.02, 0.2\}$.": {("learning rate", r"\{0.02, 0.2\}")},
    r"We use $\epsilon$ annealed linearly from $1$ to $0.05$.": {("exploration rate", "1"), ("exploration rate", "0.05")},
    r"The target network is updated every 8,000 steps, and the agent starts learning after 40,000 frames.": {("target update frequency", "8000"), ("learning starts", "40000")},
    r"Top-$p$ sampling is used with $p=0.95$ and temperature 0.7.": {("top-p", "0.95"), ("temperature", "0.7")},
    r"We fix the IoU threshold for NMS at 0.6 and use random crops with probability 0.5.": {("iou threshold", "0.6"), ("crops probability", "0.5")},
    # sound
    r"We use 64-dimensional log-mel features with a window of 32 ms, sampled at 22 kHz.": {("mel features", "64"), ("window length", "32"), ("sampling rate", "22")},
    # named by their last word
    r"We run it for 10,000 iterations with a burn-in of 1,000 and thinning of 5.": {("iterations", "10000"), ("burn-in", "1000"), ("thinning", "5")},
    r"Forests with 300 trees of maximum depth 8 serve as a baseline.": {("trees", "300"), ("maximum depth", "8")},
    r"The number of actors was 8 and the horizon 512.": {("number of actors", "8"), ("horizon", "512")},
    r"Our U-Net has a base channel count of 48.": {("base channel count", "48")},
    r"Each client performs $E=5$ local epochs, with 10 clients per round.": {("local epochs", "5"), ("clients", "10")},
    r"We evaluate with five-fold cross-validation.": {("folds", "5")},
    r"We use adapters of rank 16.": {("rank", "16")},
    r"All models have roughly 60 million parameters.": {("parameters", "60M")},
    # numbers and symbols
    r"We use a learning rate of $3\mathrm{e}{-4}$.": {("learning rate", "3e-4")},
    r"The variances grow linearly, and we set them from $\beta_1=10^{-5}$ on.": {("beta_1", "1e-5")},
    r"We set $\beta_1 = 0.8$, $\beta_2=0.95$ and $\epsilon=10^{-7}$.": {("Adam beta1", "0.8"), ("Adam beta2", "0.95"), ("Adam epsilon", "1e-7")},
    r"We use 3,000 trajectories for training, 2,000 for validation and 1,000 for testing.": {("training examples", "3000"), ("validation examples", "2000"), ("test examples", "1000")},
    # as papers of other fields state them
    r"Results are averaged over 1,500 experiments.": {("runs", "1500")},
    r"It has 3000 images used for training, and 1500 images used as the official test set.": {("training examples", "3000"), ("test examples", "1500")},
    r"The videos are split into $70$ videos for training, $15$ for validating, and $20$ for testing.": {("training examples", "70"), ("validation examples", "15"), ("test examples", "20")},
    r"The rest is split into an 80\% training set and a 20\% validation set.": {("training examples", "80%"), ("validation examples", "20%")},
    r"We use the default model, but reduce the number of layers from $6$ to $3$.": {("number of layers", "3")},
    r"Net-B has 10 blocks of width 640 and 150.0 million parameters.": {("blocks", "10"), ("hidden size", "640"), ("parameters", "150.0M")},
    r"A two-layer MLP consisting of 64 (with 30\% dropout) units is used, with size 48 mini-batches.": {("layers", "2"), ("dropout", "30%"), ("batch size", "48")},
    r"All models converge in a day on a single K40 GPU, with four sampling seeds.": {("GPUs", "1"), ("seeds", "4")},
    r"Training lasts for $15$k steps and is capped at 40 epochs.": {("iterations", "15k"), ("epochs", "40")},
    r"Each layer has 4 heads (16 dimensions per head), with a batch size of 8 and Adam optimization.": {("attention heads", "4"), ("head dimension", "16"), ("batch size", "8"), ("optimizer", "Adam")},
    r"We set the dimensions of word embeddings as 150 and the initial learning rate α as 0.02.": {("word embeddings dimension", "150"), ("learning rate", "0.02")},
    r"We employ $k$-fold cross-validation where $k = 8$.": {("folds", "8")},
    r"We train it with batch size 4 and gradient accumulation 2 across 4 GPUs (~80 steps/epoch).": {("batch size", "4"), ("gradient accumulation steps", "2"), ("GPUs", "4")},
    r"Networks are MLPs with two hidden layers of 200 ReLU units each.": {("hidden layers", "2"), ("hidden units", "200")},
    r"We set the margin $m = 0.3$ and sample 16 identities with 4 images each.": {("margin", "0.3")},
    r"Training uses mixed precision on four RTX 3090 GPUs and takes approximately 14 hours.": {("precision", "mixed precision"), ("GPUs", "4"), ("training time", "14 hours")},
    r"A buffer of 40k transitions and byte pair encoding with 16k merge operations are used.": {("replay buffer size", "40k"), ("merge operations", "16k")},
    r"A population of 80 individuals evolves for 300 generations with crossover rate 0.8.": {("individuals", "80"), ("generations", "300"), ("crossover rate", "0.8")},
    r"We use 8 inner-loop steps on 5-way 1-shot tasks.": {("inner steps", "8"), ("ways", "5"), ("shots", "1")},
    r"We stack 3 message-passing layers and use a step of $\Delta t = 0.02$.": {("layers", "3"), ("time step", "0.02")},
    r"Images are resized so that the shorter side is 240, then center-cropped to $200\times 200$.": {("image size", "200×200")},
    r"We use a context window of 1024 and generate at most 128 new tokens.": {("context window", "1024"), ("maximum new tokens", "128")},
    r"The network was trained with momentum of $0.4$ and annealing of $0.99$ on the learning rate starting at $0.2$.": {("momentum", "0.4"), ("learning rate decay", "0.99"), ("learning rate", "0.2")},
    r"For training, we had 3000 sentences.": {("training examples", "3000")},
    r"The total number of frames in the training set is 50000.": {("training examples", "50000")},
    r"The data are split into validation(15\%) and training set (85\%).": {("validation examples", "15%"), ("training examples", "85%")},
    r"Accuracy is measured as the mean of 4 separate runs.": {("runs", "4")},
    r"The model contains a linear layer with dimension $48$.": {("linear layer dimension", "48")},
    r"We set $\tau{=}0.02$, use $tanh$ activation, and the input dimensionality is 88.": {("tau", "0.02"), ("activation", "tanh"), ("input dimensionality", "88")},
    r"Both run with a horizon of 2.5 seconds ($N_h = 20$), which we use.": {("horizon", "2.5"), ("N_h", "20")},
    # What sets nothing:
    r"Our method obtains a success rate of 95\% in ten trials.": set(),
    # how a schedule runs
    r"We use AdamW with a 3-epoch linear warm-up from $10^{-7}$ and cosine decay to $10^{-6}$.": {("optimizer", "AdamW"), ("warmup epochs", "3"), ("warmup learning rate", "1e-7"), ("minimum learning rate", "1e-6"), ("learning rate schedule", "cosine")},
    r"We train with a constant learning rate and no weight decay, and evaluate an EMA of 0.998.": {("learning rate schedule", "constant"), ("weight decay", "no"), ("EMA decay", "0.998")},
    r"The batch size was increased to 24Mi tokens and the learning rate was raised to 1.9e-3.": {("batch size", "24Mi"), ("learning rate", "1.9e-3")},
    r"We train for 7Gi tokens with gradient clipping at norm 0.9 and a batch size of four.": {("training tokens", "7Gi"), ("gradient clipping", "0.9"), ("batch size", "4")},
    "The batches of one epoch are drawn anew.": set(),
    r"A batch size of $2^{9}$, a learning rate of $2^{-8}$ and a step size $\eta=2^{-3}$ are used.": {("batch size", "512"), ("learning rate", "0.00390625"), ("learning rate", "0.125")},
    r"Mini-batches of sizes 48 are drawn, and $\epsilon$ is initially set to 0.9.": {("batch size", "48"), ("epsilon", "0.9")},
    r"Target weights are as in DQN, and we update the target network parameters every 900 steps.": {("target update frequency", "900")},
    r"We run the agent for at most 800 timesteps per episode with a prediction horizon of 15 steps.": {("episode length", "800"), ("prediction horizon", "15")},
    # values that belong to parts, and rows of them
    r"We use a batch size of (48 CNN, 96 MLP) and learning rates (backbone: $10^{-5}$, head: 0.02).": {("batch size (CNN)", "48"), ("batch size (MLP)", "96"), ("learning rate (backbone)", "1e-5"), ("learning rate (head)", "0.02")},
    r"For each we train a LoRA adapter (rank 12, $\alpha{=}24$).": {("rank", "12"), ("alpha", "24")},
    r"We use 4 and 8 heads, and the seeds (3, 14 and 15).": {("attention heads", "4, 8"), ("random seed", "3, 14, 15")},
    r"There are 7,100, 1,300 and 1,200 samples for training, validation and testing.": {("training examples", "7100"), ("validation examples", "1300"), ("test examples", "1200")},
    r"We split it 70/20/10, and use a $30\%$ subset.": {("data split", "70/20/10"), ("subset share", "30%")},
    r"The hyperparameters are: (a) learning rate of 2e-4 (b) iterations 70k (c) batch size: 12 (d) NMS threshold: 0.45": {("learning rate", "2e-4"), ("iterations", "70k"), ("batch size", "12"), ("nms threshold", "0.45")},
    # chances, ranges and shapes
    r"We use grayscale with a probability of 0.15, and jitter with a 0.35 probability.": {("grayscale probability", "0.15"), ("probability", "0.35")},
    r"We use a scaling factor between $[0.3, 0.9]$ and similarity thresholds of $(0.6, 0.5)$.": {("scaling factor", "[0.3, 0.9]"), ("similarity thresholds", "(0.6, 0.5)")},
    r"We resize all images to $96 \times 96$ on a $31 \times 17$ mesh.": {("image size", "96×96"), ("mesh size", "31×17")},
    r"The auxiliary loss is weighted at 0.35, and we use a penalty term with weight 2.5.": {("auxiliary loss weight", "0.35"), ("penalty term weight", "2.5")},
    r"We use a model of about 6.3M parameters for 17.5 GPU-hours.": {("parameters", "6.3M"), ("gpu hours", "17.5")},
    r"Frames are sampled every 20 minutes at a sample rate of 22kHz.": {("sampling interval", "20 minutes"), ("sampling rate", "22")},
    # values that are words
    r"We use rectified units (ReLU) as the activation function and mean squared error as loss; we minimize a cross-entropy cost.": {("activation", "ReLU"), ("loss", "cross-entropy")},
    r"We employ the Stochastic Gradient Descent (SGD) optimizer in mixed float32/bfloat16 precision.": {("optimizer", "Stochastic Gradient Descent"), ("optimizer", "SGD"), ("precision", "mixed float32/bfloat16")},
    # formulas in brackets, and with units
    r"The vectors come from Zeta-0.5B-Instruct ($D = 320$).": {("D", "320")},
    r"Rotations have random axes with decay $s = 0.97$ (Table 2).": {("decay", "0.97")},
    r"We use $M=3~\mathrm{kg}$ and a factor of $\gamma=0.97$.": {("M", "3"), ("gamma", "0.97")},
    r"The tests agree ($r = 0.41$, $p = 0.02$) with better results.": set(),
    r"They use a batch size of (about 12, they say).": set(),
    r"It rose with a probability that was found in 2019 and 2,000 games.": set(),
    r"The compression ratio is 4.2 on average.": set(),
    r"The signal has a length of 100 m and the temperature of the room was 25 degrees.": set(),
    r"We use precision at rank 10 and at level 3 of the tree.": set(),
    r"We use a data set with a hit rate of 0.4.": set(),
    r"There are 3 parameters in the model, which we set by hand.": set(),
    r"We found the suggested learning rate of 0.01 to be too high.": set(),
    r"We let the learning rate fall to 0.": set(),
    r"Roe used forests. used 300 trees of maximum depth 8 for it.": set(),
    r"Suppose that we use a burn-in of 1,000.": set(),
}  # fmt: skip


@pytest.mark.parametrize("tex", SAID)
def test_settings_of_a_sentence(tex: str) -> None:
    found = read_facts([Passage(tex=tex)]).hyperparameters
    assert {(h.name, h.value) for h in found} == SAID[tex]
    assert all(h.quote for h in found)
