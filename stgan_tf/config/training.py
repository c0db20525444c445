"""How a run is optimised and what it writes: a part of `stgan_tf.systems.run_config.Config`."""

import dataclasses

from stgan_tf.options import Checked, option

#: --strategy, which is not part of a run: it may be continued on other devices.
STRATEGIES = ("auto", "single", "mirrored", "multiworker")


@dataclasses.dataclass(frozen=True)
class TrainingConfig(Checked):
    """The optimisation and what is written while it runs."""

    batch_size: int = option(32, "Images of one update over all replicas (paper 32).", minimum=1)
    accumulation_steps: int = option(
        1,
        "Parts in which each batch is computed, one after the other, for memory; batch norm "
        "sees a part at a time.",
        minimum=1,
        maximum=64,
    )
    num_epochs: int = option(
        200,
        "Epochs of train_images // (batch * (critic steps + 1)) iterations (paper 200).",
        minimum=1,
    )
    num_iterations: int = option(0, "Stop after this many iterations; 0: by num_epochs.", minimum=0)
    learning_rate: float = option(2e-4, "Adam learning rate (paper 2e-4).", minimum=0.0)
    decay_after_epochs: int = option(
        100, "The rate is divided by 10 every so many epochs (paper 100); 0: never.", minimum=0
    )
    decay_after_iterations: int = option(
        0, "As decay_after_epochs, counted in iterations; 0: by decay_after_epochs.", minimum=0
    )
    adam_beta_1: float = option(0.5, "Adam beta 1 (paper 0.5).", minimum=0.0, maximum=0.9999)
    adam_beta_2: float = option(0.999, "Adam beta 2 (paper 0.999).", minimum=0.0, maximum=0.999999)
    clip_gradient_norm: float = option(
        0.0,
        "Upper limit of the norm of each network's gradients, over all replicas; 0: none.",
        minimum=0.0,
    )
    ema_decay: float = option(
        0.0,
        "Share kept of a running average of the generator's weights, which evaluation, edit and "
        "export then use (such as 0.999); 0: no average.",
        minimum=0.0,
        maximum=0.999999,
    )
    resolve_target_conflicts: bool = option(
        False, "Apply the conflict rules to the shuffled targets (official: test only)."
    )
    seed: int = option(0, "Seed of weights, data order and interpolation.", minimum=0)
    precision: str = option(
        "float32",
        "float32 or bfloat16 (norms and gradient penalty stay float32).",
        choices=("float32", "bfloat16"),
    )
    jit_compile: bool = option(False, "Compile the step with XLA (one device only).")
    deterministic: bool = option(False, "Bit-equal runs on the same machine; slower.")
    log_every: int = option(10, "Iterations between written metrics.", minimum=1)
    sample_every: int = option(1000, "Iterations between sample grids; 0: none.", minimum=0)
    checkpoint_every: int = option(1000, "Iterations between checkpoints.", minimum=1)
    keep_checkpoints: int = option(3, "Newest checkpoints kept.", minimum=1)

    @property
    def dtype_policy(self) -> str:
        """Keras' dtype policy of what --precision concerns."""
        return "mixed_bfloat16" if self.precision == "bfloat16" else "float32"
