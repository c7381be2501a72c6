"""Reading delivered files (报送文件) by their agreed layout: formats, encodings, rules. Knows no form, no database, no screen."""
