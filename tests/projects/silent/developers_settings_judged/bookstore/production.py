import os

import sentry_sdk

from .settings import *

DEBUG = False
sentry_sdk.init(dsn=os.environ["SENTRY_DSN"])
