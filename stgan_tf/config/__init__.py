"""The configuration of a run: dataclasses, and flags made from them."""
