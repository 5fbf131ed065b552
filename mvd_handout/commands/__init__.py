"""The command line: the only layer that knows Click, the clock and exit codes."""
