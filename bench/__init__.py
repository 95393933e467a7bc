"""The benchmark rig: Licorne beside yardsticks that a reader knows, on one machine, in one run.

A bare figure says more about the machine than about the product. So each scenario runs Licorne and
a yardstick (Postfix, a bare Starlette endpoint, a pool of connections) in turn, several rounds of
each, and reports the median of the rounds' ratios. ``python -m bench --help`` tells the rest.
"""
