"""Parse the arguments; run the app or a command."""

import sys

from diktate.cli.parser import run


def main() -> None:
    """Run what the command line says and leave with its exit status."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
