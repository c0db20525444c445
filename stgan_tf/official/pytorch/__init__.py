"""Generators of official PyTorch codes: their files, and what becomes of them."""
