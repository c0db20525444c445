"""Keras layers of the networks, one a file."""
