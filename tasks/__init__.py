"""One desk each: a task opens the house, calls one service, leaves an artifact at the join, and returns plain data."""
