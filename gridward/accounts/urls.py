"""Sign-in under the library's own names, everything else under ``accounts:``."""

from allauth.account import views as library
from django.urls import include, path

from gridward.accounts.views import sign_in

own = [
    path("role/", sign_in.choose_role, name="choose_role"),
    path("devices/", sign_in.own_devices, name="devices"),
    path("devices/<int:pk>/sign-out/", sign_in.sign_out_device, name="sign_out_device"),
]

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    path("logout/", library.logout, name="account_logout"),
    path("inactive/", library.account_inactive, name="account_inactive"),
    path("reauthenticate/", library.reauthenticate, name="account_reauthenticate"),
    path("password/", sign_in.change_password, name="account_change_password"),
    path("second-step/", include("allauth.mfa.urls")),
    path("", include((own, "accounts"))),
]
