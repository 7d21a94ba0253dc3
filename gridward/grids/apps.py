from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.web.navigation import Entry


class GridsConfig(AppConfig):
    name = "gridward.grids"
    label = "grids"
    verbose_name = "Grids"
    navigation = (Entry("grids:list", _("Grids"), order=50),)
