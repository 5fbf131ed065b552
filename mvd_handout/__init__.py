"""Personal, accessible recovery handouts after microvascular decompression."""

__version__ = "0.1.0"
