"""Who a session belongs to, read with the district in one statement."""

from allauth.account.auth_backends import AuthenticationBackend

from gridward.accounts.models import User


class PersonBackend(AuthenticationBackend):
    """Username and password; the person comes with the district."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("district").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
