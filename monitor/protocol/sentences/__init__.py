"""What a small trained model says of each sentence of the agent: how likely it is each step or violation.

A transformer of a few layers over subword pieces, its weights in one file beside the protocols; trained by
`benchmarks/sentences` on the written calls of `tests/corpus/calls`. numpy only: no session, no threads of
its own, the same figures every time.
"""
