#!/usr/bin/env python
"""``python manage.py …`` in a checkout is the installed command ``gridward …``."""

from gridward.project.command import main

if __name__ == "__main__":
    main()
