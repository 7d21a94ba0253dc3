"""Sign-in under the library's own names, everything else under ``accounts:``."""

from allauth.account import views as library
from django.urls import include, path

from gridward.accounts.views import bodies, importing, people, sign_in

own = [
    path("role/", sign_in.choose_role, name="choose_role"),
    path("devices/", sign_in.own_devices, name="devices"),
    path("devices/<int:pk>/sign-out/", sign_in.sign_out_device, name="sign_out_device"),
    path("people/", people.index, name="people"),
    path("people.csv", people.export, name="export_people"),
    path("people/new/", people.new, name="new_person"),
    path("people/import/", importing.read, name="import_people"),
    path("people/import/apply/", importing.apply, name="apply_import"),
    path("people/import/<int:pk>/undo/", importing.undo, name="undo_import"),
    path("people/<uuid:public_id>/", people.show, name="person"),
    path("people/<uuid:public_id>/rename/", people.rename, name="rename_person"),
    path("people/<uuid:public_id>/grant/", people.grant, name="grant_role"),
    path("people/<uuid:public_id>/grants/<int:pk>/withdraw/", people.withdraw, name="withdraw_grant"),
    path("people/<uuid:public_id>/reset/", people.reset, name="reset_password"),
    path("people/<uuid:public_id>/sign-out/", people.sign_out, name="sign_out_person"),
    path("people/<uuid:public_id>/leave/", people.leave, name="leave"),
    path("delegated/", people.delegated, name="delegated"),
    path("bodies/", bodies.index, name="bodies"),
    path("bodies/new/", bodies.new, name="new_body"),
    path("bodies/<slug:code>/", bodies.show, name="body"),
    path("bodies/<slug:code>/end/", bodies.end, name="end_body"),
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
