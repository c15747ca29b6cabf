"""What people do with ballots: opening, voting, closing."""
