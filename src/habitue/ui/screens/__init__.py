"""One file per screen; each reads like its table of contents."""
