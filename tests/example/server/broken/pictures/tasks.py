from celery import shared_task


@shared_task
def make_thumbnails():
    """Left to the reader."""
