"""What a step would touch, shown before it is done: the step itself is done in a transaction that never commits.

`foresight` is what a service says of itself once (which rows tell what moved, what follows, who is called what);
`foresee` does a step and undoes it; `web` shows a page of it and does the step once it was confirmed.
"""
