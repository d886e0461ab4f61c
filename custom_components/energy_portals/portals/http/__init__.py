"""The one request path, addresses, credentials, errors.

- `client`: how every request is sent; rate limits, repetition, time-outs, redaction
- `address`: which addresses a credential may be sent to
- `calls`: which operations are called while something is done
- `credentials`: tokens that are renewed, and HTTP Basic
- `errors`: what can go wrong between here and a portal
- `exchange`: what a request says beside its operation, and what comes back
- `messages`: what an error's body says, in words and by its code
"""
