"""Speed and memory, measured beside a named peer in the same run; never a test that fails for being slow."""
