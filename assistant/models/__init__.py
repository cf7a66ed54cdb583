"""Which model, which file, which hash, which licence; and the only code that fetches one."""
