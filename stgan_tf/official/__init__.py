"""Checkpoints of the official TensorFlow 1 code (csmliu/STGAN), read without TensorFlow 1."""
