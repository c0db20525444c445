"""What a configuration costs, without training it: parameter counts and memory."""

from stgan_tf.systems.registry import find_system
from stgan_tf.systems.run_config import Config

_MIB = 2**20


def summarize(config: Config) -> dict[str, float]:
    """Parameters of each network and part, and an estimate of memory in MiB.

    The estimate adds weights, Adam slots and the largest set of gradients (exact) to the
    activations of the widest moment of a step (the system's rule of thumb). TensorFlow's own
    0.5 GiB and kernel workspaces come on top.
    """
    system = find_system(config.system)
    costs = system.costs(config)
    networks = costs.parameters.values()
    training = config.training
    # Weights, two Adam slots; gradients, and their sum over the parts; the averaged network.
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
