"""`python -m mvd_handout` is `mvd-handout`."""

import atexit
import gc


def main() -> None:
    """Run the command line and exit."""
    # A run makes many objects and few cycles. Looking for these after every 700 objects, and once more when all of
    # them are about to go anyway, would cost a fifth of the time of `make`.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    from mvd_handout.commands.cli import main as run

    run()


if __name__ == "__main__":
    main()
