"""Which category a text may mean: by the names of the categories at first, then by what was learnt from past cases."""
