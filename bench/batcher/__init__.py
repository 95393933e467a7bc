"""Durable writes: the product's write batcher beside a pool of connections."""
