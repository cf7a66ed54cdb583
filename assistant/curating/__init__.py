"""What use of the assistant teaches those who keep its documents: the gap board, and answers that somebody vouches for."""
