"""GeoDjango database backend on sqlite3 whose file is a valid GeoPackage."""
