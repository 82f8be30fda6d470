"""What a model's own format leaves around its reply: thoughts, marks, tags; read, and left out."""
