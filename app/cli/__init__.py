"""The command line `opsroom`, one module a command; each adds itself by `add_commands`."""
