"""Is the system itself well: readings, what they mean in words, who is told, and what an outside monitor is given."""
