from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from gridward.web.navigation import Entry


class RegistersConfig(AppConfig):
    name = "gridward.registers"
    label = "registers"
    verbose_name = "Registers"
    navigation = (Entry("registers:components", _("Components"), order=55),)
