"""What staff see: the socket namespace that feeds the console, and the pages themselves (`web/`)."""
