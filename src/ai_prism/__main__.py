"""`python -m ai_prism` is `ai-prism`."""

from ai_prism.cli import main

main(prog_name="ai-prism")
