from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.web.navigation import Entry


class DutiesConfig(AppConfig):
    name = "gridward.duties"
    label = "duties"
    verbose_name = "Duties"
    navigation = (Entry("duties:my_work", _("My work"), order=10),)
