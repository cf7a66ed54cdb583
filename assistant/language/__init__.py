"""What text is made of: sentences, words, quantities, questions."""
