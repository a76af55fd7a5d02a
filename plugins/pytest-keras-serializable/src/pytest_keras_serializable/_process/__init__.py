"""What runs in processes of its own: the tasks, and the process that forks for each of them."""
