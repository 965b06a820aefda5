"""The préfectures' agents: who they are, the keys they show, what they may do."""
