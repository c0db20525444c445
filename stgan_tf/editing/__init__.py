"""Editing faces with a trained model, outside training and evaluation."""
