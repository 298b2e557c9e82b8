"""Where a build runs: an engine offers map over shards and group by key, and knows no stage."""
