"""What ``make bench`` measures: the same work at two sizes of the county, and reports against bare queries."""
