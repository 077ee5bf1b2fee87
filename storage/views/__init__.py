"""Read views: what screens show, in few queries, each for one viewer. The query that finds a thing authorises it."""
