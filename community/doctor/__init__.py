"""The doctor: looks an installation over from outside and says what is wrong, and the cure."""
