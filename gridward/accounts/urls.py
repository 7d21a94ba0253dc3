"""Sign-in and the administration of people and bodies."""

urlpatterns: list[object] = []
