"""`cmr demo`: the whole flow on the patients of four hospitals."""
