"""What each stage costs beside its floor: the least work nobody can leave out, measured in the same run."""
