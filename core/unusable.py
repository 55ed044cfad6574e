"""What is raised where a file that a person named cannot be used."""

from __future__ import annotations


class UnusableFile(Exception):
    """What is wrong with the file and where in it, and what to do. Who knows the file's name adds it."""

    code = "unusable-input"

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
