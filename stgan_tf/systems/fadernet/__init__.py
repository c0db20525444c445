"""FaderNet (Lample et al., NIPS 2017)."""
