"""Doors of messages."""

from django.urls import path

from gridward.notify.views import channels, inbox, receipts, webhooks, wishes

app_name = "notify"
urlpatterns = [
    path("messages/", inbox.index, name="inbox"),
    path("messages/read/", inbox.read_all, name="read_all"),
    path("messages/wishes/", wishes.index, name="wishes"),
    path("messages/wishes/address/", wishes.save_address, name="save_address"),
    path("messages/<uuid:uid>/", inbox.open_message, name="open"),
    path("notify/", channels.index, name="channels"),
    path("notify/log/", channels.log, name="log"),
    path("notify/trial/", channels.trial, name="trial"),
    path("notify/log/<uuid:uid>/resend/", channels.resend, name="resend"),
    path("notify/receipts/<slug:code6>/", receipts.take, name="receipts"),
    path("notify/webhooks/", webhooks.index, name="webhooks"),
    path("notify/webhooks/<uuid:uid>/", webhooks.show, name="webhook"),
    path("notify/webhooks/<uuid:uid>/switch/", webhooks.switch, name="switch_webhook"),
    path("notify/webhooks/<uuid:uid>/end/", webhooks.end, name="end_webhook"),
    path("notify/webhooks/<uuid:uid>/calls/<int:pk>/", webhooks.tell_again, name="tell_again"),
]
