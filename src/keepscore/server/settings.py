"""Settings of the web application, all from the environment, so that one program serves every installation.

`KEEPSCORE_HOME` holds everything that has to be kept: database, record store, originals, published scorecards, keys.
`KEEPSCORE_ADDRESS` is the address people use; anything but a loopback address makes this a production server,
which refuses to start with DEBUG, without HTTPS, or with a key that somebody else could know (keepscore.server.checks).
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from keepscore.server.home import folders, secret_key
from keepscore.server.languages import locale_folders, offered

env = environ.Env()

HOME = Path(env.str("KEEPSCORE_HOME", default="keepscore-home")).absolute()
FOLDERS = folders(HOME)
ADDRESS = env.str("KEEPSCORE_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
_address = urlsplit(ADDRESS)
PRODUCTION = _address.hostname not in ("127.0.0.1", "localhost", "::1", "testserver")
HTTPS = _address.scheme == "https"
DEBUG = env.bool("KEEPSCORE_DEBUG", default=False)
SECRET_KEY = env.str("KEEPSCORE_SECRET_KEY", default="") or secret_key(HOME)
_loopback = [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [_address.hostname or "127.0.0.1", *env.list("KEEPSCORE_HOSTS", default=[]), *_loopback]
CSRF_TRUSTED_ORIGINS = [ADDRESS]

# --- what Keepscore itself needs ---
KEEPSCORE_VENDOR = env.str("KEEPSCORE_VENDOR", default="")
KEEPSCORE_SAMPLE = env.bool("KEEPSCORE_SAMPLE", default=False)          # every page says that the data are made up
_today = env.str("KEEPSCORE_TODAY", default="")
KEEPSCORE_TODAY = date.fromisoformat(_today) if _today else None        # the demo's day never ends
KEEPSCORE_STORE = env.str("KEEPSCORE_STORE", default=str(FOLDERS.store))
KEEPSCORE_PROXIES = env.int("KEEPSCORE_PROXIES", default=0)             # proxies in front whose X-Forwarded-For is trusted
KEEPSCORE_METRICS_TOKEN = env.str("KEEPSCORE_METRICS_TOKEN", default="")
KEEPSCORE_WEBHOOKS = env.bool("KEEPSCORE_WEBHOOKS", default=False)

# --- rooms ---
INSTALLED_APPS = [
    "keepscore.api", "keepscore.portfolio", "keepscore.scorecards", "keepscore.scores", "keepscore.intake", "keepscore.contracts",
    "keepscore.clients", "keepscore.users", "keepscore.web",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "whitenoise.runserver_nostatic", "django.contrib.staticfiles", "django.contrib.humanize",
    "allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes", "csp", "django_htmx", "template_partials", "django_tasks", "django_tasks_db",
]  # fmt: skip
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "keepscore.web.middleware.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "keepscore.web.middleware.NoNul",
    "keepscore.web.middleware.UploadLimit",       # before anything reads the body, CSRF included
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "keepscore.users.middleware.SignedIn",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "keepscore.server.urls"
WSGI_APPLICATION = "keepscore.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "keepscore.web.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# --- data ---
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{HOME / 'keepscore.sqlite3'}")
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",     # DEFERRED ones fail under several writers, these wait
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 60      # seconds; opening one costs a page more than any of its queries
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {      # where allauth counts tries: one place for all processes, so that limits hold whoever answers
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "users_counted", "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}  # fmt: skip
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "scoring"]}}

# --- people ---
AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portfolio"
ACCOUNT_ADAPTER = "keepscore.users.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "keepscore.users.adapters.SocialAccountAdapter"
MFA_ADAPTER = "keepscore.users.adapters.MFAAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"            # people are invited at an address; nobody signs up alone
ACCOUNT_FORMS = {
    "add_email": "keepscore.users.forms.NoOtherAddress", "login": "keepscore.users.passwords.SignInForm",
    "reauthenticate": "keepscore.users.passwords.ConfirmForm", "change_password": "keepscore.users.passwords.ChangeForm",
    "reset_password": "keepscore.users.passwords.ForgottenForm", "reset_password_from_key": "keepscore.users.passwords.AnewForm",
}  # fmt: skip
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": None}      # axes counts these, by name and address, for all processes
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = KEEPSCORE_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Keepscore"
MFA_FORMS = {      # these count wrong codes, for all processes; login_failed, which would count them else, is off
    "authenticate": "keepscore.users.factors.SignInForm", "reauthenticate": "keepscore.users.factors.ConfirmForm",
    "activate_totp": "keepscore.users.factors.SetUpForm",
}  # fmt: skip
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
OIDC_ISSUER = env.str("KEEPSCORE_OIDC_ISSUER", default="")
_issuer = urlsplit(OIDC_ISSUER)
_sign_on = [f"{_issuer.scheme}://{_issuer.netloc}"] if OIDC_ISSUER else []      # the form that leads there is answered by a redirect
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [{
            "provider_id": "oidc", "name": env.str("KEEPSCORE_OIDC_NAME", default="Single sign-on"),
            "client_id": env.str("KEEPSCORE_OIDC_CLIENT", default=""), "secret": env.str("KEEPSCORE_OIDC_SECRET", default=""),
            "settings": {"server_url": OIDC_ISSUER},
        }] if OIDC_ISSUER else [],
        "OAUTH_PKCE_ENABLED": True,
        "provider_class": "keepscore.users.sign_on.provider.SignOnProvider",
    }
}  # fmt: skip
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25                       # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "keepscore.users.address.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "keepscore.users.address.address_of"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# --- the browser ---
SESSION_COOKIE_NAME = "__Host-keepscore" if HTTPS else "keepscore"
CSRF_COOKIE_NAME = "__Host-keepscore-csrf" if HTTPS else "keepscore-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "keepscore.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and KEEPSCORE_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "font-src": [SELF],
        "connect-src": [SELF], "object-src": [NONE], "base-uri": [NONE], "frame-ancestors": [NONE], "form-action": [SELF, *_sign_on],
    }
}  # fmt: skip
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000                   # the form of a contract with hundreds of measures
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024          # forms; files have a limit of their own, web.middleware.UploadLimit
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(FOLDERS.uploads)

# --- words ---
LANGUAGE_CODE = env.str("KEEPSCORE_LANGUAGE", default="en-gb").lower()
LANGUAGES = offered([LANGUAGE_CODE, *env.list("KEEPSCORE_LANGUAGES", default=[])])      # a browser or a person may ask for one of them
LOCALE_PATHS = locale_folders(HOME)
USE_I18N = USE_TZ = True
TIME_ZONE = env.str("KEEPSCORE_TIMEZONE", default="UTC")

# --- files ---
STATIC_URL = "/static/"
STATIC_ROOT = str(FOLDERS.static)
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder", "keepscore.web.finders.FontFinder",
    "keepscore.web.finders.ScorecardStyleFinder",
]  # fmt: skip
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FOLDERS.uploads)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail and logs ---
_mail = env.email_url("EMAIL_URL", default="dummymail://" if PRODUCTION else "consolemail://")      # links are for no log
vars().update(_mail)
KEEPSCORE_MAILS = not str(_mail["EMAIL_BACKEND"]).endswith(("console.EmailBackend", "dummy.EmailBackend"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("KEEPSCORE_FROM", default="keepscore@localhost")
LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"line": {"()": "keepscore.web.logs.Masked", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"err": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["err"], "level": os.environ.get("KEEPSCORE_LOG", "WARNING")},
}  # fmt: skip
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"] if not HTTPS else []
