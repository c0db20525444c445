"""The terms of the objective (paper section 3.4)."""
