"""``python -m tests.upgrade dump|load|play [NAME]``; needs DATABASE_URL, GRIDWARD_HOME and GRIDWARD_KEYS."""

import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridward.project.settings")
    django.setup()
    from tests.upgrade import towns

    towns.settle_keys()
    match sys.argv[1:]:
        case ["dump", name]:
            call_command("migrate", verbosity=0)
            towns.build()
            towns.dump(name)
        case ["load", name]:
            towns.load(name)
        case ["play"]:
            towns.play()
        case _:
            sys.exit(__doc__)
