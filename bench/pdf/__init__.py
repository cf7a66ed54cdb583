"""How well PDFs are read: pages made by real producers with known words, and the score of several readers on them."""
