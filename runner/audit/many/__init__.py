"""Many cases at once: where working time goes, which ways they take, who holds them how long."""
