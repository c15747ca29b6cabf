"""What people and the machine do with rules: try, promote, stop, propose, decide."""
