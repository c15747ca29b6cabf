"""Living with the rules: their pages, trials on real history, the brake, proposals by two people."""
