"""What changes sources and batches. People ask; the worker does; every step is signed, kept in the audit log, and safe to repeat."""

from keepscore.intake.operations.asking import (
    NotNow,
    answer,
    ask_import,
    ask_undo,
    cancel,
    declare,
    drop_beside,
    forget,
    give_up,
    keep_beside,
    last_batch,
    look_again,
    receive,
    take_back,
)
from keepscore.intake.operations.keeping import reconcile, sync_sources
from keepscore.intake.operations.working import check, load, look_ahead, undo

__all__ = [
    "NotNow", "answer", "ask_import", "ask_undo", "cancel", "check", "declare", "drop_beside", "forget", "give_up", "keep_beside",
    "last_batch", "load", "look_again", "look_ahead", "receive", "reconcile", "sync_sources", "take_back", "undo",
]  # fmt: skip
