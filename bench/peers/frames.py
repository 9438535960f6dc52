"""Reads the folder's JPEGs into memory."""
from pathlib import Path


def read_frames(folder):
    return [path.read_bytes() for path in sorted(Path(folder).glob("*.jpg"))]
