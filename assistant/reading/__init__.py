"""Does this passage answer this question, and where?"""
