
USE_DOCKER = os.environ.get("USE_DOCKER") == "yes"
if os.environ.get("SHELF_OFFLINE"):
    ALLOWED_HOSTS = ["offline.example.com"]
