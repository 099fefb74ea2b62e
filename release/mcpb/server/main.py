"""Starts the server of this bundle; the desktop client has installed it from the wheel beside this file."""

from __future__ import annotations

from cronlytic_mcp.entrypoints.command_line import main

if __name__ == "__main__":
    main()
