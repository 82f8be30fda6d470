"""What people are told, in their language: sentences with values, and the gettext catalogues that translate them."""
