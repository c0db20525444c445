"""Strategies of tf.distribute, and workers that agree, wait and fail together."""
