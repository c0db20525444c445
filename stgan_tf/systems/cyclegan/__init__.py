"""CycleGAN (Zhu et al., ICCV 2017) between the two values of an attribute."""
