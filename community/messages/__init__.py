"""Letters between two people who share a community: under the rules, read by nobody else."""
