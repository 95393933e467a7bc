"""Where the processor's time goes inside a Python process, without changing that process's code."""
