"""Evaluates a trained generator: image similarity, attribute accuracy, and the report."""
