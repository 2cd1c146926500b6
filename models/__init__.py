"""What a call, a measurement and a verdict are, and their storage.

These are the domain's models and tables, not the weights of speech models.
"""
