"""`python -m mvd_handout` is `mvd-handout`."""

import gc


def main() -> None:
    """Run the command line and exit."""
    # A run makes many objects at its start and few cycles: looking for these every 700 objects costs a tenth of it.
    gc.set_threshold(50_000)
    from mvd_handout.commands.cli import main as run

    run()


if __name__ == "__main__":
    main()
