"""What a manager asks: what it cost, how the providers were, what the service achieved. One page a day each."""
