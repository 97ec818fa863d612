"""
The chat: what a person types, sees and keeps.

Most of it knows nothing of terminals: `commands` turns a line into a reply, `views` draws tables, charts and
timelines as styled text, `understanding` reads what is being typed, `transcript` and `settings` are files.
`completing`, `menus` and `prompt` alone import prompt_toolkit, which takes longer to import than an answer takes.

    cells → look → views, palette, settings, transcript, watching, clipboard → commands → understanding
          → completing, menus → prompt
"""
