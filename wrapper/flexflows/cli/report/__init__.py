"""The report on what is left to migrate to Flex Conversations, what blocks it, and what to do next."""
