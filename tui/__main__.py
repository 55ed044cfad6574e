"""``python -m tui`` is ``privatelink``."""

from tui.cli import main

if __name__ == "__main__":
    main()
