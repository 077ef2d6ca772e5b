"""What people may try, by subject: some of it wild, some of it helping along."""
