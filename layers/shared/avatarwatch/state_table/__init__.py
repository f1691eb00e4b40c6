"""StateTable: what the functions remember between invocations.

``documents`` says what a document and its store are, ``dynamodb`` and ``memory`` keep them;
``partition`` gives documents of one kind their type (by ``codec``) and changes them with
optimistic locking, and ``lease`` lets one holder at a time work on one.
"""
