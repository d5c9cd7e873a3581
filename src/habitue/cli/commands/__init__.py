"""One file per command, named after it; `app.COMMANDS` lists them."""
