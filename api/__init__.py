"""Ways in: the `excerpt` command line, HTTP and MCP. All speak the same JSON."""
