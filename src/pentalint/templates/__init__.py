"""Templates of five languages as text: what they write into a page, where, and how it is escaped.

Nothing is rendered and nothing is imported: `reader.read_template` reads the text of one template,
`dangers.dangerous` follows untrusted variables through the templates that belong together.
"""
