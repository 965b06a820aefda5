"""Everything that touches the world: the command line, the channels and, through them, people."""
