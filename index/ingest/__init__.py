"""From files to passages: walk, load, cut, embed; above any store."""
