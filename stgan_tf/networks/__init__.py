"""The networks: encoder, decoder, generator, discriminator, attribute classifier."""
