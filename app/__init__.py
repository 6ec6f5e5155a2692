"""What runs: the Qt client and the command line."""
