"""Sessions: signing in and out, tokens, and recognising who presents which secret."""

from registry.services.sessions.keeping import (
    Opened,
    digest,
    end_session,
    recognise,
    renew,
    sessions,
    sign_out,
)
from registry.services.sessions.provider import (
    Back,
    Begun,
    FreshProof,
    begin,
    complete,
    complete_fresh,
)
from registry.services.sessions.signing_in import SignIn, sign_in
from registry.services.sessions.tokens import issue_token, revoke_token, rotate_token, tokens

__all__ = [
    "Back",
    "Begun",
    "FreshProof",
    "Opened",
    "SignIn",
    "begin",
    "complete",
    "complete_fresh",
    "digest",
    "end_session",
    "issue_token",
    "recognise",
    "renew",
    "revoke_token",
    "rotate_token",
    "sessions",
    "sign_in",
    "sign_out",
    "tokens",
]
