"""What an enablement's events mean, and what a person can do with one.

Commands and screens call ``provision``, ``exchange``, ``connections``, ``proving`` and ``removal``, and nothing
deeper. Each function there takes the enablement and, where it needs one, a cloud; it acts, and journals what
came of it. Each raises :class:`core.cloud.CloudError` where the cloud failed,
:class:`core.journal.store.JournalError` where the journal did, and :class:`core.workflow.enablement.NotYet`
where a person can be told in words what has to come first.
"""
