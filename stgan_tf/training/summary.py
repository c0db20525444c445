"""Parameter counts and memory of a configuration, without training it."""

from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config

_MIB = 2**20


def summarize(config: Config) -> dict[str, float]:
    """The parameter count of each network and part, and an estimate of the memory in MiB.

    The estimate is the sum of the weights, the Adam slots and the largest set of gradients (all
    exact), and of the activations at the peak of a step (the system's rule of thumb; more than
    there are with --recompute). TensorFlow's own 0.5 GiB and kernel workspaces are not included.
    """
    system = find_system(config.system)
    costs = system.costs(config)
    networks = costs.parameters.values()
    training = config.training
    # Weights and two Adam slots; gradients, and their sum over the parts; the averaged network.
    gradients = max(networks) * (1 if training.accumulation_steps == 1 else 2)
    average = costs.parameters[system.editing_name] if training.ema_decay else 0
    state = 4 * (3 * sum(networks) + gradients + average)
    images = training.batch_size // training.accumulation_steps
    activations = 4 * images * costs.activation_values
    named = {**costs.parameters, **costs.parts}
    return {
        **{f"{name}_parameters": count for name, count in named.items()},
        "weights_and_optimizer_mib": round(state / _MIB),
        "activations_mib": round(activations / _MIB),
        "total_mib_estimate": round((state + activations) / _MIB),
    }
