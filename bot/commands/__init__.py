"""The commands of agents and of whoever runs the server, one file a group."""
