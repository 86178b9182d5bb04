"""The story of a reporting cycle, one flow a file: each takes minutes and is safe to run twice."""
