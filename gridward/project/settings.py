"""The one settings file: everything comes from the environment by typed readers (environment.py).

docs/reference/settings.md describes each variable; a test fails when one is missing there.
"""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gridward.gpkg.libraries import gdal_library_path, geos_library_path
from gridward.gpkg.url import parse_database_url
from gridward.project.environment import read_choice, read_flag, read_list, read_number, read_path, read_text
from gridward.project.secret import secret_key

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parent

# --- where things lie -------------------------------------------------------------------------------
GRIDWARD_HOME = read_path("GRIDWARD_HOME", Path.cwd() / "home")
GRIDWARD_KEYS = read_path("GRIDWARD_KEYS", GRIDWARD_HOME.with_name(GRIDWARD_HOME.name + ".keys"))
GRIDWARD_CIPHERS = read_choice("GRIDWARD_CIPHERS", "international", ("international", "national"))
GRIDWARD_NODE = read_number("GRIDWARD_NODE", 1, 1, 4095)
DATABASE_URL = read_text("DATABASE_URL", f"gpkg://{GRIDWARD_HOME}/gridward.gpkg")
DATABASES = {"default": parse_database_url(DATABASE_URL)}
GDAL_LIBRARY_PATH = gdal_library_path()
GEOS_LIBRARY_PATH = geos_library_path()
DEFAULT_AUTO_FIELD = "gridward.gpkg.ids.NodeAutoField"

# --- the server -------------------------------------------------------------------------------------
DEBUG = read_flag("GRIDWARD_DEBUG")
SECRET_KEY = secret_key(read_text("GRIDWARD_SECRET_KEY"), GRIDWARD_HOME)
ALLOWED_HOSTS = list(read_list("GRIDWARD_HOSTS", ("localhost", "127.0.0.1", "[::1]", "testserver")))
CSRF_TRUSTED_ORIGINS = list(read_list("GRIDWARD_ORIGINS"))
GRIDWARD_HTTPS = read_flag("GRIDWARD_HTTPS")
WSGI_APPLICATION = "gridward.project.wsgi.application"
ROOT_URLCONF = "gridward.project.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "gridward.web",
    "gridward.districts",
    "gridward.audit",
    "gridward.work",
    "gridward.files",
    "gridward.vault",
    "gridward.areas",
    "gridward.accounts",
    "gridward.grids",
    "gridward.duties",
    "gridward.notify",
    "gridward.registers",
    "gridward.cases",
    "gridward.portal",
    "gridward.demo",
    "gridward.project",
    "django.contrib.auth",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gridward.web.middleware.security_policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridward.web.middleware.chosen_language",
    "gridward.files.uploading.upload_door",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "gridward.accounts.middleware.sign_in_lasts",
    "gridward.accounts.middleware.acting_role",
    "gridward.accounts.middleware.sign_in_complete",
    "gridward.web.kept.kept_forms",
    "gridward.web.middleware.refusals",
    "gridward.work.edge.storage_trouble",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridward.web.context.shell",
                "gridward.grids.views.notes.staff_notes",
                "gridward.cases.views.notes.work_notes",
                "gridward.notify.views.notes.inbox",
            ]
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
FORM_RENDERER = "gridward.web.forms.PlainRenderer"
CSRF_FAILURE_VIEW = "gridward.web.views.csrf_failed"

# --- sign-in ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "gridward.accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GRIDWARD_REQUIRE_TOTP = read_choice("GRIDWARD_REQUIRE_TOTP", "administrators", ("none", "administrators", "all"))
GRIDWARD_IDLE_MINUTES = read_number("GRIDWARD_IDLE_MINUTES", 30, 5, 720)
GRIDWARD_REMEMBER_CHOICE = "gridward.accounts.actions.remember_choice"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "duties:my_work"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "gridward.accounts.adapter.ClosedDoorAdapter"
# An office behind one address begins its shift together; guessing is counted by name (and by axes).
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "10/5m/key"}
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "gridward"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "gridward.accounts.adapter.SealedFactorAdapter"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password", "csrfmiddlewaretoken", "ip_address"]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_HANDLER = "gridward.accounts.lockout.SparingHandler"
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]

# --- cookies and transport --------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = GRIDWARD_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_HANDLERS = ["gridward.files.uploading.CappedFileHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# --- language, time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_TZ = True
TIME_ZONE = read_text("GRIDWARD_TIME_ZONE", "Asia/Shanghai")
GRIDWARD_LADDERS = read_text("GRIDWARD_LADDERS")
GRIDWARD_TERMS = read_text("GRIDWARD_TERMS")

# --- static files: ours, and the browser packages from node_modules or, in the wheel, bundled --------
STATIC_URL = "/static/"
BUNDLED = PACKAGE / "bundled"
BROWSER_PACKAGES = BUNDLED if BUNDLED.is_dir() else CHECKOUT / "node_modules"
STATICFILES_DIRS = [
    (f"lib/{name}", BROWSER_PACKAGES / folder)
    for name, folder in {
        "tabler": "@tabler/core/dist",
        "htmx": "htmx.org/dist",
        "maplibre": "maplibre-gl/dist",
        "shims": "es-module-shims/dist",
    }.items()
    if (BROWSER_PACKAGES / folder).is_dir()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# --- the base map, the demo, what the district prints --------------------------------------------------
GRIDWARD_BASEMAP = read_choice("GRIDWARD_BASEMAP", "own", ("own", "xyz"))
GRIDWARD_BASEMAP_URL = read_text("GRIDWARD_BASEMAP_URL")
GRIDWARD_BASEMAP_KEY = read_text("GRIDWARD_BASEMAP_KEY")
GRIDWARD_BASEMAP_SOURCE = read_text("GRIDWARD_BASEMAP_SOURCE")
GRIDWARD_MAP_APPROVAL = read_text("GRIDWARD_MAP_APPROVAL")
GRIDWARD_DEMO_CLOCK = read_text("GRIDWARD_DEMO_CLOCK")
GRIDWARD_HOTLINE = read_text("GRIDWARD_HOTLINE", "12345")

# --- messages: what may be asked outside, SMS, e-mail -----------------------------------------------------
GRIDWARD_OUTGOING = read_list("GRIDWARD_OUTGOING")
GRIDWARD_SITE = read_text("GRIDWARD_SITE").rstrip("/")
GRIDWARD_SMS = read_text("GRIDWARD_SMS")
GRIDWARD_SMS_SECRET = read_text("GRIDWARD_SMS_SECRET")
EMAIL_HOST = read_text("GRIDWARD_SMTP_HOST")
EMAIL_PORT = read_number("GRIDWARD_SMTP_PORT", 25, 1, 65535)
EMAIL_HOST_USER = read_text("GRIDWARD_SMTP_USER")
EMAIL_HOST_PASSWORD = read_text("GRIDWARD_SMTP_PASSWORD")
GRIDWARD_SMTP_SECURITY = read_choice("GRIDWARD_SMTP_SECURITY", "starttls", ("none", "starttls", "tls"))
EMAIL_USE_TLS, EMAIL_USE_SSL = GRIDWARD_SMTP_SECURITY == "starttls", GRIDWARD_SMTP_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read_text("GRIDWARD_MAIL_FROM", EMAIL_HOST_USER)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "gridward.web.logs.PlainFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": read_choice("GRIDWARD_LOG", "WARNING", ("INFO", "WARNING", "ERROR")),
    },
}
