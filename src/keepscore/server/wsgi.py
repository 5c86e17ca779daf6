"""What a WSGI server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keepscore.server.settings")
application = get_wsgi_application()
resolve("/")        # loads every page now, and not while the first reader waits
gc.collect()
gc.freeze()         # what is loaded stays: to look through it again and again would hold a page up for 0.2 s
