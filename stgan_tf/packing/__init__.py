"""Packs runs into single files that other machines can edit with."""
