"""A believable demonstration community and volumes for measurements, made as people make them."""
