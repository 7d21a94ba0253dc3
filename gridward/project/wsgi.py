"""What the server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.project.settings")
application = get_wsgi_application()

# What was loaded to start is nobody's garbage: the collector does not look through it in the middle of a move.
gc.collect()
gc.freeze()
