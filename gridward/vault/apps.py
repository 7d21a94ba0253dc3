from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "gridward.vault"
    label = "vault"
    verbose_name = "Vault"
