"""The store: transactions as scripts of named queries, on SQLite or PostgreSQL; what is personal in it is sealed."""
