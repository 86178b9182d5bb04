"""Programme folders: read, checked with every error at once, built into the domain's programme."""
