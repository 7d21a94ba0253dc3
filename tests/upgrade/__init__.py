"""Small towns that earlier versions of gridward left behind, as SQL text; each must still upgrade and go on working.

``python -m tests.upgrade dump NAME``  writes ``NAME.gpkg.sql`` or ``NAME.postgis.sql`` from a new town, by DATABASE_URL
``python -m tests.upgrade load NAME``  brings an empty database to that town, at the migrations of its day
``python -m tests.upgrade play``       takes a case of the town from its first state to the last, by people of the town

A town is dumped once, when a capability has landed, and never again: it is what a real district may have.
"""
