"""The five laws of the chain, as property tests over the real extractor, resolver, writer and store."""
