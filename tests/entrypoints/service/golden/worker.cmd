@echo off
chcp 65001 >nul
set "CRONLYTIC_BACKEND=local"
set "CRONLYTIC_DATABASE_URL=sqlite+aiosqlite:////opt/person/50%% of $it/jobs.db"
"/opt/a b/python" "-m" "cronlytic_mcp.entrypoints.command_line" "worker" "--log-level" "info"
