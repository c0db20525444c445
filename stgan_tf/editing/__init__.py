"""Editing faces and whole pictures with a trained model."""
