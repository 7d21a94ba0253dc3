from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "gridward.accounts"
    label = "accounts"
    verbose_name = "Accounts"
