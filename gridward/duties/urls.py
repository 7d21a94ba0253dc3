"""Doors of one's own work."""

from django.urls import path

from gridward.duties.views import absences, administration, listed, my_work, phones, roster

app_name = "duties"
urlpatterns = [
    path("work/", my_work.index, name="my_work"),
    path("absences/", absences.index, name="absences"),
    path("absences/<int:pk>/end/", absences.end, name="end_absence"),
    path("roster/", roster.index, name="roster"),
    path("roster/put/", roster.put, name="put_turn"),
    path("roster/repeat/", roster.repeat, name="repeat_week"),
    path("roster/<int:pk>/take-off/", roster.take_off, name="take_off_turn"),
    path("phones/", phones.index, name="phones"),
    path("calendar/", administration.calendar, name="calendar"),
    path("calendar/day/", administration.change_day, name="change_day"),
    path("calendar/days/", administration.import_days, name="import_days"),
    path("calendar/week/", administration.change_week, name="change_week"),
    path("communities/duties/", listed.index, name="listed"),
    path("communities/duties/<int:pk>/decide/", listed.decide, name="decide_listed"),
    path("communities/duties/<int:pk>/end/", listed.end, name="end_listed"),
    path("shifts/<slug:code>/", administration.shifts, name="shifts"),
    path("shifts/<int:pk>/close/", administration.close_shift, name="close_shift"),
]
