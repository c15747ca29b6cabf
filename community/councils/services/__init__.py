"""What people do in councils: planning, holding, speaking, voting, writing down."""
