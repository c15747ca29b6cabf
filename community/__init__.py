"""«Учительская»: the staff room of a teachers' network."""
