"""Measuring a trained generator: similarity, attribute accuracy, the report."""
