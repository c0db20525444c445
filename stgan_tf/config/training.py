"""How a run is optimised and what it writes (part of `stgan_tf.systems.run_config.Config`)."""

import dataclasses
from typing import ClassVar

from stgan_tf.options import Checked, option

#: Values of --strategy, which is not part of a run: a run may be continued on other devices.
STRATEGIES = ("auto", "single", "mirrored", "multiworker")


@dataclasses.dataclass(frozen=True)
class TrainingConfig(Checked):
    """The optimisation settings, and what a run writes. Each field is a flag with its own help."""

    GROUP: ClassVar[str] = "Schedule"

    batch_size: int = option(32, "Images per update, over all replicas.", minimum=1, paper=32)
    accumulation_steps: int = option(
        1,
        "Number of parts in which each batch is processed, one after the other, to save memory; "
        "batch normalisation sees one part at a time.",
        minimum=1,
        maximum=64,
        group="Computation",
    )
    recompute: bool = option(
        False,
        "Compute activations again for the gradients instead of keeping them: less memory, more "
        "time, the same results.",
        group="Computation",
    )
    num_epochs: int = option(
        200,
        "Number of epochs, each of train_images // (batch * (critic steps + 1)) iterations.",
        minimum=1,
        paper=200,
    )
    num_iterations: int = option(
        0, "Stop after this many iterations; 0: after num_epochs.", minimum=0
    )
    learning_rate: float = option(2e-4, "Adam learning rate.", minimum=0.0, paper=2e-4)
    decay_after_epochs: int = option(
        100,
        "Divide the learning rate by 10 each time this many epochs have passed; 0: never.",
        minimum=0,
        paper=100,
    )
    decay_after_iterations: int = option(
        0, "The same, counted in iterations; 0: use decay_after_epochs.", minimum=0
    )
    adam_beta_1: float = option(0.5, "Adam beta 1.", minimum=0.0, maximum=0.9999, paper=0.5)
    adam_beta_2: float = option(0.999, "Adam beta 2.", minimum=0.0, maximum=0.999999, paper=0.999)
    clip_gradient_norm: float = option(
        0.0,
        "Clip the global norm of each network's gradients, over all replicas, at this value; "
        "0: no clipping.",
        minimum=0.0,
    )
    ema_decay: float = option(
        0.0,
        "Decay of an exponential moving average of the generator's weights (such as 0.999), which "
        "evaluation, edit and export then use; 0: no average.",
        minimum=0.0,
        maximum=0.999999,
    )
    resolve_target_conflicts: bool = option(
        False, "Apply the conflict rules to the shuffled target attributes (official: test only)."
    )
    single_edits: float = option(
        0.0,
        "Share of the training edits that change one attribute alone, as people ask for, each "
        "attribute equally often; the other targets are shuffled labels (ours, not the paper's).",
        minimum=0.0,
        maximum=1.0,
        paper=0.0,
    )
    seed: int = option(
        0,
        "Seed of the initial weights, the data order and other random numbers.",
        minimum=0,
        group="Computation",
    )
    precision: str = option(
        "float32",
        "float32 or bfloat16 (normalisation and gradient penalty stay in float32).",
        choices=("float32", "bfloat16"),
        group="Computation",
    )
    jit_compile: bool = option(
        False, "Compile the training step with XLA (one device only).", group="Computation"
    )
    deterministic: bool = option(
        False, "Bit-identical runs on the same machine; slower.", group="Computation"
    )
    log_every: int = option(10, "Iterations between logged metrics.", minimum=1, group="Output")
    sample_every: int = option(
        1000, "Iterations between sample grids; 0: none.", minimum=0, group="Output"
    )
    checkpoint_every: int = option(
        1000, "Iterations between checkpoints.", minimum=1, group="Output"
    )
    keep_checkpoints: int = option(
        3, "Number of newest checkpoints to keep.", minimum=1, group="Output"
    )

    @property
    def dtype_policy(self) -> str:
        """The Keras dtype policy for the layers that --precision affects."""
        return "mixed_bfloat16" if self.precision == "bfloat16" else "float32"
