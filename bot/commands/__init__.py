"""The commands, one file a group, and what they stand on."""
