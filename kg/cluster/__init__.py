"""The chain for more papers than one machine holds: the same pure functions, over the primitives of an engine.

================  =====================================================================================
``storage``       files that all workers reach, written whole or not at all
``pairs``         values as bytes, and the sorted pairs of a shard by key
``splits``        which pieces the sources are read in, planned on the driver
``reading``       pieces to papers, as parts; rejected records; what each paper is called
``duplicates``    which records are of one paper, and which of them is kept
``extracting``    parts to extracted parts (the cache that a later run goes on from), and what their names say
``cards``         what is known of some names, in place of the index of all
``rounds``        work on names that asks for cards of other names, until nobody asks
``resolving``     names to entities, entities back to papers
``lines``         triples with their graphs, parted into sorted ranges
``writing``       facts to sorted parts of N-Quads and to tables
``directory``     the place of a graph: its lock, the user's tables; at the end the files that people read
``settings``      what a build is told, as a text that travels
``build``         the chain
================  =====================================================================================
"""

from __future__ import annotations
