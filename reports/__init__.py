"""Cards as documents: what a card says, how it looks, and its bytes; knows no registry."""
