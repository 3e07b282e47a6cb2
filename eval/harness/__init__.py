"""Questions through the engine, and what came back set beside what is right."""
