"""What a small trained model says of each sentence of the agent: how likely it is each step or violation.

A transformer of a few layers over subword pieces and a regression on n-grams, their weights in one file beside the
protocols; taught by `benchmarks/sentences` on the written calls of `tests/corpus/calls`. numpy on one thread: the
same figures every time on one machine, and to four decimals on any.
"""
