"""One e-mail out: plain text, with the delivery's number as its Message-ID."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

MOST_SUBJECT = 70


def domain() -> str:
    """What stands behind the @ of a Message-ID: the site's name, else the sender's."""
    return urlsplit(settings.GRIDWARD_SITE).hostname or settings.DEFAULT_FROM_EMAIL.rpartition("@")[2] or "localhost"


def send_mail(*, address: str, sentence: str, link: str, place: str, ref: str) -> str:
    """Send one and answer its Message-ID. Raises OSError or smtplib.SMTPException."""
    reference = f"<{ref}@{domain()}>"
    said = [sentence, link, _("This was written by the grid platform of %(place)s. Please do not reply.")
            % {"place": place}]  # fmt: skip
    mail = EmailMessage(
        subject=" ".join(sentence.split())[:MOST_SUBJECT], body="\n\n".join(filter(None, said)) + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL, to=[address],
        headers={"Message-ID": reference, "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    mail.send()
    return reference
