"""`python -m ai_prism` is `ai-prism`."""

from ai_prism.cli import main

# The guard matters: the processes that read documents import this module to find their way.
if __name__ == "__main__":
    main(prog_name="ai-prism")
