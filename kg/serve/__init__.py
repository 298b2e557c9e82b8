"""A graph over HTTP: SPARQL, an explorer, pages of entities; every query runs in a worker process that can be stopped.

    run.py       bind, say where, serve until a signal      app.py     addresses -> jobs, the page of each
    guard.py     who may ask: Host, Origin, headers         pool.py    processes, lanes, deadlines
    worker.py    one process: a store and its limits        sandbox.py what the kernel takes from it
    sparql.py    the SPARQL 1.1 Protocol                    accept.py  content negotiation
    explore.py   neighbours and evidence                    names.py   the index that the search reads
    entity.py    pages of things, for people and programs   frames.py  what parent and worker say to each other

The parent holds no store and parses no query. A worker opens the published store read only, has no network, and dies
with its parent.
"""

from __future__ import annotations
