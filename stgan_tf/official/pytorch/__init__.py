"""Imports generators of official PyTorch codes from their files."""
