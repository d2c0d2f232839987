"""media-on-ephemeral-disk: uploads that a deploy throws away."""

from __future__ import annotations

import django
import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "media-on-ephemeral-disk"
LINE = len(SETTINGS.splitlines()) + 1
PLACE = f"bookstore/settings.py:{LINE}"
MEDIA = "MEDIA_ROOT = BASE_DIR / 'media'\n"
WEB = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
SERVICE = "services:\n  web:\n    image: registry.example.com/bookstore\n    command: gunicorn bookstore.wsgi\n"


def model(field: str = "models.FileField()") -> dict[str, str]:
    return {
        "catalogue/models.py": f"from django.db import models\n\n\nclass Book(models.Model):\n    cover = {field}\n"
    }


def compose(*mounts: str) -> dict[str, str]:
    volumes = "".join(f"      - {mount}\n" for mount in mounts)
    return {**model(), "compose.prod.yml": SERVICE + (f"    volumes:\n{volumes}" if volumes else "")}


def storage(backend: str, **options: str) -> str:
    return f"STORAGES = {{'default': {{'BACKEND': {backend!r}, 'OPTIONS': {options!r}}}, 'staticfiles': {{}}}}\n"


LOCAL = "django.core.files.storage.FileSystemStorage"
SILENT = {
    "nothing is deployed": (model(), MEDIA),
    "no model": (WEB, MEDIA),
    "no field for files": ({**WEB, **model("models.TextField()")}, MEDIA),
    "a field with a storage of its own": ({**WEB, **model("models.FileField(storage=shelf)")}, MEDIA),
    "a field with arguments that are not known": ({**WEB, **model("models.FileField(**shelf)")}, MEDIA),
    "a field of a form": ({**WEB, **model("forms.FileField()")}, MEDIA),
    "no field at all": ({**WEB, **model("'FileField()'")}, MEDIA),
    "models that cannot be read": ({**WEB, "catalogue/models.py": "class (\n    a = models.FileField()\n"}, MEDIA),
    "no MEDIA_ROOT": ({**WEB, **model()}, ""),
    "a storage elsewhere": ({**WEB, **model()}, MEDIA + storage("storages.backends.s3.S3Storage")),
    "the storage's own place": ({**WEB, **model()}, MEDIA + storage(LOCAL, location="/srv/media")),
    "a variable chooses the folder, unset here": (
        {**WEB, **model()},
        "MEDIA_ROOT = os.environ.get('MEDIA', '/media')\n",
    ),
    "a variable chooses the storage, unset here": (
        {**WEB, **model()},
        MEDIA + "if os.environ.get('BUCKET'):\n    " + storage("storages.backends.s3.S3Storage"),
    ),
    "settings for development": ({**WEB, **model()}, MEDIA + "DEBUG = True\n"),
    "a platform that may have volumes": ({**WEB, **model(), "DOKKU_SCALE": "web=1\n"}, MEDIA),
    "another platform, which may have volumes": ({**WEB, **model(), "fly.toml": "app = 'x'\n"}, MEDIA),
    "a volume for the files": (compose("media:/app/media"), MEDIA),
    "a volume where they may be": (compose("data:/data"), MEDIA),
    "a folder of the host for them": (compose("./media:/srv/media"), MEDIA),
    "an absolute folder on a volume": (compose("files:/srv/files"), "MEDIA_ROOT = '/srv/files/media'\n"),
    "an image that is started somehow": (
        {**model(), "Dockerfile": "FROM python:3.13\nCOPY . .\nCMD gunicorn bookstore.wsgi\n"},
        MEDIA,
    ),
    "a server of one's own": (
        {**model(), "deploy/bookstore.service": "[Service]\nExecStart=/srv/venv/bin/gunicorn bookstore.wsgi\n"},
        MEDIA,
    ),
}

FIRING = {
    "Heroku": ({**WEB, **model()}, MEDIA),
    "an image's field": ({**WEB, **model("models.ImageField(upload_to='covers')")}, MEDIA),
    "the default storage, named": ({**WEB, **model()}, MEDIA + storage(LOCAL)),
    "a container without a volume": (compose(), MEDIA),
    "a volume for other files": (compose("static:/app/staticfiles"), MEDIA),
    "a volume that cannot be written": (compose("media:/app/media:ro"), MEDIA),
}


@pytest.mark.parametrize(("files", "settings"), SILENT.values(), ids=SILENT)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(("files", "settings"), FIRING.values(), ids=FIRING)
def test_fires(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == [PLACE]


def test_message_and_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, {**WEB, **model()}, settings=MEDIA).findings(RULE)
    assert finding.message == (
        "The files of 'catalogue/models.py:5' are kept in MEDIA_ROOT, 'media', and Heroku, which runs 'web', starts every "
        "deploy with an empty disk."
    )
    assert finding.hint == "Set STORAGES['default'] to a storage elsewhere, such as 'storages.backends.s3.S3Storage'."
    assert [str(place) for place in finding.related] == ["Procfile:1", "catalogue/models.py:5"]


def test_hint_for_a_container(tmp_path):
    (finding,) = inspect_files(tmp_path, compose(), settings="MEDIA_ROOT = '/srv/files/'\n").findings(RULE)
    assert finding.message == (
        "The files of 'catalogue/models.py:5' are kept in MEDIA_ROOT, '/srv/files', and the container of 'web' has no volume "
        "for them."
    )
    assert finding.hint == (
        "Set STORAGES['default'] to a storage elsewhere, such as 'storages.backends.s3.S3Storage', or add "
        "'- media:/srv/files' below 'volumes:' of 'web' in compose.prod.yml and 'media:' below the file's own 'volumes:'."
    )


@pytest.mark.parametrize(
    ("mapping", "also"),
    [
        pytest.param("location /static/ { alias /srv/static/; }", "", id="other files"),
        pytest.param("location ~ ^/media/ { root /srv; }", "", id="a pattern"),
        pytest.param(
            "location /media { alias /srv/media; }",
            ", '- media:/srv/media:ro' below those of 'proxy', which serves them,",
            id="these files",
        ),
    ],
)
def test_hint_names_what_serves_the_files(tmp_path, mapping, also):
    files = compose()
    files["compose.prod.yml"] += (
        "  proxy:\n    image: nginx\n    ports: [80:80]\n    volumes: [./nginx.conf:/etc/nginx/conf.d/default.conf:ro]\n"
    )
    files["nginx.conf"] = f"server {{ listen 80; {mapping} location / {{ proxy_pass http://web:8000; }} }}\n"
    (finding,) = inspect_files(tmp_path, files, settings=MEDIA + "MEDIA_URL = '/media/'\n").findings(RULE)
    assert finding.hint == (
        "Set STORAGES['default'] to a storage elsewhere, such as 'storages.backends.s3.S3Storage', or add '- media:/app/media' below "
        f"'volumes:' of 'web' in compose.prod.yml{also} and 'media:' below the file's own 'volumes:'."
    )


@pytest.mark.filterwarnings(
    "ignore::django.utils.deprecation.RemovedInDjango51Warning" if django.VERSION < (5, 1) else "default"
)
def test_old_name_of_the_storage_counts_only_where_django_reads_it(tmp_path):
    settings = MEDIA + "DEFAULT_FILE_STORAGE = 'storages.backends.s3.S3Storage'\n"
    found = inspect_files(tmp_path, {**WEB, **model()}, settings=settings)
    assert len(found.places(RULE)) == (0 if django.VERSION < (5, 1) else 1)
