"""`python -m mvd_handout` is `mvd-handout`."""

from mvd_handout.commands.cli import main

if __name__ == "__main__":
    main()
